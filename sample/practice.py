"""Section 2 of the sample plan: how an invented council's children's services mean to work better."""

from sample.model import PracticeItem, PracticePriority

TITLE = "Practice priorities"
PRIORITIES = (
    PracticePriority(
        "1",
        "Keep young people safe outside the home",
        "",
        (
            PracticeItem(
                "1.1",
                (
                    "When a young person goes missing\n"
                    "[Inspection recommendation]\n"
                    "Make our response one joined-up piece of work\n"
                    "\u2022 Offer every return talk within 72 hours\n"
                    "\u2022 Share what we learn with schools"
                ),
                "\u2713 Missing and exploitation plan",
                "NV",
                "{day:+1}",
                "In progress",
                "Young people who go missing are found sooner and listened to",
            ),
            PracticeItem(
                "1.2",
                (
                    "Young people at risk of being exploited\n"
                    "1.2.1 Use one risk tool in every team. It covers:\n"
                    "   \u2013 places and friends\n"
                    "   \u2013 phones and gaming\n"
                    "1.2.2 Work with carers on what to look for\n"
                    "   \u2013 evening sessions for carers"
                ),
                "\u2713 Missing and exploitation plan\n\u2713 Fostering plan",
                "NV",
                "{day:+30}",
                "In progress",
                "Risks are seen early\nCarers feel ready to act",
            ),
            PracticeItem(
                "1.3",
                (
                    "Care leavers who may be at risk\n"
                    "a) Agree who leads after 18\n"
                    "b) Write guidance for advisers\n"
                    "c) Test it in an audit"
                ),
                "\u2713 Care leavers plan\n\u2713 Audit programme",
                "JW\nSP",
                "{mon:-1}\n{day:+14}\n{day:+60}",
                "Complete In progress",
                "Care leavers know whom to call",
            ),
        ),
    ),
    PracticePriority(
        "2",
        "Plans that families can use",
        "Audits find most plans good or better",
        (
            PracticeItem(
                "2.1",
                (
                    "Child in need plans that say who does what. We mean:\n"
                    "a) Each step has a name and a date\n"
                    "b) Families help to write them\n"
                    "c) Audits show the difference"
                ),
                "\u2713 Academy programme",
                "HT",
                "{day:+45}",
                "In progress",
                "Families say they know what will happen next",
            ),
            PracticeItem(
                "2.2",
                (
                    "Care plans that grow up with the child. We mean:\n"
                    "a) Risks are named\n"
                    "b) Health needs are clear\n"
                    "c) Young people can read them"
                ),
                "\u2713 Academy programme",
                "HT",
                "{month:+3}",
                "Not started",
                "Children's needs are met on time\nReviews are independent and thorough",
            ),
            PracticeItem(
                "2.3",
                ("Letters in plain words\n\u2022 Rewrite the ten letters families get most"),
                "\u2713 Quality plan",
                "EF",
                "{day:-40}",
                "Completed",
                "Families understand what we send",
            ),
            PracticeItem(
                "2.4",
                ("Life story work\n\u2022 Give every child in care a life story worker"),
                "\u2713 Academy programme",
                "MB",
                "{full:-16}",
                "In progress",
                "Children can tell their own story",
            ),
            PracticeItem(
                "2.5",
                ("Recording\n\u2022 Cut the forms social workers fill in twice"),
                "\u2713 Systems plan",
                "TA",
                "{day:+7}",
                "",
                "",
            ),
        ),
    ),
    PracticePriority(
        "3.",
        "A front door that is quick and clear",
        "",
        (
            PracticeItem(
                "3.1",
                ("A new way to take referrals\na) Talk first, form later\nb) Bring the night team in"),
                "\u2713 Front door plan",
                "JW",
                "{day:-9}",
                "In progress",
                "Children get help the day they need it",
            ),
            PracticeItem(
                "3.2",
                ("A short-help team for families\na) Train the team\nb) Ask families how it went"),
                "\u2713 Front door plan\n\u2713 Workforce plan",
                "JW",
                "{full:+100}",
                "Not started",
                "",
            ),
            PracticeItem(
                "3.3",
                (
                    "Make it simpler to get help for disabled children\n"
                    "including:\n"
                    "a) short breaks\n"
                    "b) family support"
                ),
                "\u2713 Disabled children plan",
                "PY",
                "{full:-30}",
                "complete",
                "Families get the help that suits them",
            ),
            PracticeItem(
                "3.4",
                (
                    "Clinical help\n"
                    "a) Get the family therapy course accredited\n"
                    "b) Review the parenting groups we buy"
                ),
                "\u2713 Clinical plan\n\u2713 Commissioning plan",
                "HT\nCG",
                "{day:+80}\n{day:+20}",
                "",
                "Staff have expert advice to hand",
            ),
            PracticeItem(
                "3.5",
                ("Family group meetings\n\u2022 Offer one to every family before we go to court"),
                "\u2713 Court work plan",
                "",
                "",
                "Not started",
                "More children stay with people they know",
            ),
            PracticeItem(
                "3.6",
                (
                    "One team for teenagers\n"
                    "\u2022 Join up youth justice and youth work\n"
                    "\u2022 Agree where partners sit"
                ),
                "\u2713 Teenagers plan",
                "DS",
                "{full:-20}",
                "Complete",
                "",
            ),
            PracticeItem(
                "3.7 (see text)",
                (
                    "Practice that understands trauma\n"
                    "3.8.1 Train every team\n"
                    "3.8.2 Join the partnership's mental health group"
                ),
                "\u2713 Quality plan",
                "DS",
                "{day:+2}",
                "In progress",
                "Workers see what lies behind behaviour",
            ),
        ),
    ),
    PracticePriority(
        "4.",
        "A steady workforce",
        "",
        (
            PracticeItem(
                "4.1",
                "\u2022 Keep a training offer that follows what audits find",
                "\u2713 Academy programme",
                "KO",
                "end of calendar year",
                "In progress",
                "Staff stay longer",
            ),
            PracticeItem(
                "4.2.",
                "\u2022 Train practice champions in every team",
                "\u2713 Academy programme",
                "Lead TBC",
                "TBC",
                "",
                "",
            ),
            PracticeItem(
                "4.3",
                "\u2022 Report on fairness at work twice a year",
                "\u2713 Fair work plan",
                "TA",
                "{full:+120}",
                "Not started",
                "Every member of staff is treated fairly",
            ),
        ),
    ),
    PracticePriority(
        "5.",
        "Inspection visit: nights and weekends",
        "",
        (
            PracticeItem(
                "5.1",
                (
                    "Work with police on young people in custody\n"
                    "[Inspection area for improvement ]\n"
                    "(i) Look back at three cases together\n"
                    "(ii) Working side by side:\n"
                    "(ii)(a) (a) Share what the cases show\n"
                    "(ii)(b) (b) Train duty managers with the police\n"
                    "(ii)(c) (c) Agree a protocol\n"
                    "(iii) Draft joint guidance\n"
                    "(iv) Bring it to every team"
                ),
                "\u2713 Safeguarding partnership\n\u2713 Visit action plan",
                "SP\nDS",
                "{day:-50}\n{day:-45}\n{day:-20}\nInitial meeting {day:+7}\n{day:+30}\n{day:+60}",
                "Complete\nComplete\nComplete\nIn progress",
                "No young person waits alone in custody",
            ),
            PracticeItem(
                "5.2",
                (
                    "How fast and how well the night team responds\n"
                    "[Inspection area for improvement ]\n"
                    "(i) Finish the staff consultation\n"
                    "(ii) Find a phone line of its own\n"
                    "(iii) Move the team's base"
                ),
                "\u2713 Visit action plan",
                "EF",
                "{day:+3}\n{day:+28} (TBC)",
                "In progress",
                "Children get the same help at any hour",
            ),
        ),
    ),
)
