"""Section 1 of the sample plan: what an invented council's children's services mean to save, and to grow."""

from sample.model import SavingsAction, SavingsProject

TITLE = "Savings and growth"
PROJECTS = (
    SavingsProject(
        "1",
        "Homes closer to home",
        "HT",
        "CHS SAV 01",
        ("410", "620", "1,150"),
        (
            SavingsAction(
                "1.1", "Review every placement more than 20 miles away", "JW", "{day:-95}", "complete"
            ),
            SavingsAction(
                "1.2",
                (
                    "Agree a local homes programme with our neighbours :\n"
                    "\u2022 Set up a joint buying group\n"
                    "\u2022 Map the spare rooms in the region\n"
                    "\u2022 Sign the shared framework"
                ),
                "HT",
                "{day:-70} {day:+14} {day:+95}",
                "Complete In progress",
            ),
            SavingsAction(
                "1.3", "Open two small homes run by the council", "SP", "{month:+7}", "Not started"
            ),
            SavingsAction(
                "1.4", "Bring the first eight young people back", "SP, JW", "{month:+9}", "Not started"
            ),
        ),
    ),
    SavingsProject(
        "2.",
        "Fewer agency social workers",
        "NV",
        "CHS SAV 02",
        ("285.5", "285.5", "285.5"),
        (
            SavingsAction(
                "2.1", "Set one rate card for agency staff with the region", "NV", "{day:-60}", "complete"
            ),
            SavingsAction(
                "2.2",
                "Turn agency posts into permanent ones in two rounds",
                "NV, KO",
                "{full:-12} and {day:+75}",
                "In progress",
            ),
            SavingsAction(
                "2.3",
                (
                    "Refresh what we offer new starters\n"
                    "\u2022 a. Welcome payment\n"
                    "\u2022 b. Help with moving\n"
                    "\u2022 c. A way back into practice"
                ),
                "KO, TA",
                "{month:-2}",
                "Completed",
            ),
            SavingsAction(
                "2.4", "Launch a web page on what it is like to work here", "TA", "{full:-4}", "In progress"
            ),
            SavingsAction(
                "2.5", "Hold exit talks and share the themes each quarter", "KO", "Ongoing", "In progress"
            ),
            SavingsAction(
                "2.6", "Open places for newly qualified staff", "KO,TA", "{full:+14}", "Not started"
            ),
        ),
    ),
    SavingsProject(
        "3.",
        "Pay providers right first time",
        "CG",
        "CHS SAV 03",
        ("95", "1,040", "880"),
        (
            SavingsAction(
                "3.1",
                (
                    "Keep a firm grip on the dearest packages\n"
                    "\u2022 Weekly panel for new requests\n"
                    "\u2022 Monthly look back at what was agreed\n"
                    "\u2022 Yearly report to members"
                ),
                "CG\nMB",
                "Ongoing\nOngoing",
                "Complete",
            ),
            SavingsAction(
                "3.2",
                (
                    "Replace the payments spreadsheet\n"
                    "\u2022 Choose a system\n"
                    "\u2022 Move live packages across\n"
                    "\u2022 Switch the old sheet off"
                ),
                "MB",
                "{day:-80}\n{day:+1}\n{day:+60}",
                "Complete\nIn progress",
            ),
            SavingsAction(
                "3.3",
                "Check invoices against care plans before they are paid",
                "MB/EF",
                "{full:-23}",
                "In progress",
            ),
            SavingsAction("3.4", "Train business support to raise orders", "EF", "{mon:-1}", "Complete"),
            SavingsAction("3.5", "Recover the overpayments found by audit", "MB", "{day:+0}", "In progress"),
        ),
    ),
    SavingsProject(
        "4.",
        "Journeys to school for children in care",
        "LD",
        "CHS SAV 0",
        ("150", "", ""),
        (
            SavingsAction(
                "4.1", "Ask carers and schools how journeys work for them", "DS", "{mon:-3}", "Complete"
            ),
            SavingsAction(
                "4.2",
                "Offer travel training to every young person over 14",
                "DS",
                "{mon:-2} and ongoing",
                "In progress",
            ),
            SavingsAction(
                "4.3", "Plan the routes again with the transport team", "DS and PY", "{day:+7}", "In progress"
            ),
            SavingsAction(
                "4.4",
                "Consult on a new travel policy \u2013 extended to {full:+21}",
                "LD",
                "{day:+7}",
                "In consultation",
            ),
        ),
    ),
    SavingsProject(
        "5",
        "More support for care leavers",
        "LD",
        "CHS GRO 01",
        ("340", "0", "0"),
        (
            SavingsAction("5.1", "Recruit two more personal advisers", "PY", "{mon:-1}", "Complete"),
            SavingsAction(
                "5.2", "Gather rent and tenancy data for every care leaver", "GN", "{day:-6}", "In progress"
            ),
            SavingsAction(
                "5.3",
                (
                    "Agree a rent guarantee with housing\n"
                    "\u2022 Scheme drafted {dots:+10}\n"
                    "\u2022 First tenancies {dots:+40}-{dots:+70}"
                ),
                "LD",
                "{span:+1}",
                "Not Started",
            ),
            SavingsAction("5.4", "Publish the local offer for care leavers", "PY, LD", "{mon:+1}", ""),
        ),
    ),
)
