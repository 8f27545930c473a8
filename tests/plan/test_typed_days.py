"""Days as people type them, anywhere in a line. Square brackets stand around the words of each day; behind
the line stands its date, or why it has to be asked about and the dates that it might be."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.plan.day_drafts import DayProblem
from bot.plan.rest_days import describe_rest_day, is_bank_holiday, is_weekend
from bot.plan.typed_days import DayReading, find_days, leading_day, read_day

MONDAY = date(2026, 11, 30)
MARKS = re.compile(r"\[(.*?)\]", re.DOTALL)

WEEKDAY_AND_DATE = """
5.2 moved to [Friday 18 December] because supplier late | 2026-12-18
5.2 moved to [Weds 10th Feb] because supplier late | 2027-02-10
5.2 new date [Friday 26th March] because supplier late | 2027-03-26
5.2 moved to [Monday 14th] because supplier late | 2026-12-14
moved to [Thu 28 Jan] because supplier late | 2027-01-28
[Tues 15th Dec] | 2026-12-15
5.2 moved to [Monday 31 January] because supplier late | contradicts 2027-01-31 2027-02-01 2027-01-25
by [Fri 18 Dec 2026] | 2026-12-18
by [Friday, 18th of December 2026] please | 2026-12-18
[Wednesday the 9th] works | 2026-12-09
[Wednesday the 9th of December] | 2026-12-09
[Fri 18/12] | 2026-12-18
[Friday 18/12/26] | 2026-12-18
[Thursday 17.12.2026] | 2026-12-17
moved to [Tuesday 18 December] as no quorum | contradicts 2026-12-18 2026-12-15 2026-12-22
moved to [Tuesday 18/12/2026] as no quorum | contradicts 2026-12-18 2026-12-15 2026-12-22
due [Friday 14th] | contradicts 2026-12-14 2026-12-11 2026-12-18
[Fri Dec 18] | 2026-12-18
[Mon, Jan 4th 2027] | 2027-01-04
held on [Thursday 26 November] | past
[Friday 26 November] | 2027-11-26
[Wednesday 2nd Dec] or so | 2026-12-02
[Monday 29th Feb 2027] | impossible
[thurs 3rd] and not before | 2026-12-03
[sat 5 dec] is the open day | 2026-12-05
[Sunday 31 January] | 2027-01-31
[Monday 30 November] | 2026-11-30
[Monday 30 Nov 2026] | 2026-11-30
[Friday 4th December at 5pm] | 2026-12-04
[Friday December 18th, 2026] | 2026-12-18
by [18 Dec (Fri)] because | 2026-12-18
by [18 Dec (Thu)] because | contradicts 2026-12-18 2026-12-17 2026-12-24
by [the 18th (Friday)] | 2026-12-18
by [18 Dec, Friday] | 2026-12-18
by [18th December Friday] | 2026-12-18
by [18/12/2026 (Tues)] | contradicts 2026-12-18 2026-12-15 2026-12-22
by [Friday (4th)] | 2026-12-04
by [Friday (5th)] | contradicts 2026-12-05 2026-12-04 2026-12-11
[Friday 4/12] | 2026-12-04
"""

DAY_AND_MONTH = """
5.2 due [31 jan] cos supplier late | 2027-01-31
5.2 now due [28 Feb] as staff off sick | 2027-02-28
move 5.2 to [31 March] because contract delayed | 2027-03-31
can we say [30 April]? contract late | 2027-04-30
5.2 - delayed to [31 March] because legal | 2027-03-31
5.2 in progress, date now [31 March] because of recruitment | 2027-03-31
[31st of March] | 2027-03-31
[31March] | 2027-03-31
[3 dec] | 2026-12-03
[1st Dec] | 2026-12-01
[30 Nov] | 2026-11-30
moved to [29 Nov] because supplier late | 2027-11-29
by [Dec 26th] | 2026-12-26
5.2 moved to [Dec 26] because supplier late | 2026-12-31
by [Feb 27] | 2027-02-28
by [Feb 5] | 2027-02-05
by [March 31] | 2027-03-31
by [April 28] | several 2027-04-28 2028-04-30
by [Jan 26] | several 2027-01-26
[Dec '26] | 2026-12-31
[Dec-26] | 2026-12-31
[26 Dec] | 2026-12-26
[Mar. 5th] | 2027-03-05
[5 Sept.] it is | 2027-09-05
[31 Jan 2027] | 2027-01-31
[31 Jan 27] | 2027-01-31
[31-Jan-27] | 2027-01-31
[31-Jan-2027] | 2027-01-31
[31 Jan '27] | 2027-01-31
[January 31, 2027] | 2027-01-31
[January 31st 2027] | 2027-01-31
[31 January, 2027] | 2027-01-31
new date [29 Feb] | 2028-02-29
new date [29 Feb 2028] | 2028-02-29
[29 February 2027] | impossible
[31 February] | impossible
due [31st June] | impossible
[31 Sept 2027] | impossible
[thirty first of January] | 2027-01-31
moved to the [twenty eighth of february] because the supplier was late | 2027-02-28
the [first of march] | 2027-03-01
the [1st of March] | 2027-03-01
[the fifteenth of december] | 2026-12-15
[thirty-first January twenty twenty seven] | 2027-01-31
by [5pm on 24 Dec] | 2026-12-24
by [31 Jan 5pm] | 2027-01-31
by [31 Jan at 17:00] | 2027-01-31
now [31 jan] 3 of 5 posts filled | 2027-01-31
"""

NUMBERS = """
5.2 due [31/01/2027] | 2027-01-31
5.2 due [31/1] | 2027-01-31
5.2 due [31.1.27] because leave | 2027-01-31
5.2 due [31-1-27] | 2027-01-31
5.2 due [31.01.2027] | 2027-01-31
[2027-01-31] | 2027-01-31
[2027-01-31T00:00] | 2027-01-31
[2027-01-31 09:30] | 2027-01-31
[2027/01/31] | 2027-01-31
update 5.2 --due [31/01/2062] --because supplier late | far
update 5.2 --due [31/1/2017] --because supplier late | past
5.2 moved to [27 Nov 2026] because supplier late | past
[12/31/2026] | impossible 2026-12-31
due [1/31/27] | impossible 2027-01-31
[31/02/2027] | impossible
due [31/02] | impossible
due [32/1/2027] | impossible
due [0/1/2027] | impossible
due [13/13/2027] | impossible
by [5pm on 24/12] | 2026-12-24
by [24/12] | 2026-12-24
moved to [11/12] because of leave | 2026-12-11
due [1/2] | 2027-02-01
[24/12] | 2026-12-24
due [24.12] | 2026-12-24
due [310127] | vague 2027-01-31
[29/11/2031] | 2031-11-29
[30/11/2031] | 2031-11-30
[01/12/2031] | far
[31/03/2199] | far
due [01/12/1926] | past
due [11/2026] | 2026-11-30
due [2027-02] | 2027-02-28
"""

DAY_ALONE = """
5.2 moved to the [31st] because supplier late | 2026-12-31
5.2 moved to [the 31st] because supplier late | 2026-12-31
5.2 moved to [the 1st] because supplier late | 2026-12-01
by the [15th] | 2026-12-15
by [15th], sorry | 2026-12-15
[31st of this month] | impossible
[30th of this month] | 2026-11-30
[the 31st of next month] | 2026-12-31
[15th of next month] | 2026-12-15
[15th next month] | 2026-12-15
on the [30th] | 2026-11-30
until the [twenty first] | 2026-12-21
due [the 31st at noon] | 2026-12-31
"""

WEEKDAYS = """
by [Friday] | 2026-12-04
done by [Friday] | 2026-12-04
5.2 moved to [COP Friday] because supplier late | 2026-12-04
by [close of play Friday] | 2026-12-04
by [close of business on Friday] | 2026-12-04
[COB Thursday] | 2026-12-03
[end of day Friday] | 2026-12-04
[EOD Friday] | 2026-12-04
[first thing Monday] | 2026-12-07
[next Friday] | 2026-12-11
[this Friday] | 2026-12-04
[this coming Friday] | 2026-12-04
[Friday week] | 2026-12-11
[a week on Friday] | 2026-12-11
[two weeks on Friday] | 2026-12-18
[Friday fortnight] | 2026-12-18
[Friday next week] | 2026-12-11
[Friday of next week] | 2026-12-11
[next week Friday] | 2026-12-11
[Monday] | 2026-12-07
by [wed] | 2026-12-02
by [Tues] please | 2026-12-01
by [Friday morning] | 2026-12-04
by [Friday 5pm] | 2026-12-04
[Wed AM] | 2026-12-02
planned for [March] | 2027-03-31
by [May] 60 staff | 2027-05-31
by [5pm Friday] | 2026-12-04
by [noon on Thursday] | 2026-12-03
by [Wensday] | 2026-12-02
by [Wednesay] | 2026-12-02
by [Firday] | 2026-12-04
by [Thurday] | 2026-12-03
moved to [last Friday] | past
waiting since [Friday] | past
by [dydd Gwener] | 2026-12-04
erbyn [dydd Mawrth] | 2026-12-01
by [Good Friday] | 2027-03-26
by [Easter Monday] | 2027-03-29
[second Tuesday in March] | 2027-03-09
moved to [the Friday before Christmas] as late | 2026-12-18
moved to [the day after Boxing Day] as late | 2026-12-27
moved to [Monday after 31 Jan] as late | 2027-02-01
moved to [Monday next] as late | 2026-12-07
[a week Friday] | 2026-12-11
[two weeks Friday] because late | 2026-12-18
by [Thur. 3 Dec] | 2026-12-03
moved to [last week] | past
[the first Monday of Feb] | 2027-02-01
[last Friday of January] | 2027-01-29
[last Friday in November] | 2027-11-26
[3rd Thursday of January 2027] | 2027-01-21
[2nd Tuesday of next month] | 2026-12-08
[fifth Monday of Feb] | impossible
[last working day of January] | 2027-01-29
[last day of Feb] | 2027-02-28
"""

OFFSETS = """
[today] | 2026-11-30
[tomorrow] | 2026-12-01
by [close of play today] | 2026-11-30
by [end of day tomorrow] | 2026-12-01
[the day after tomorrow] | 2026-12-02
5.2 moved to [yesterday] because supplier late | past
[in 2 weeks] | 2026-12-14
[in two weeks' time] | 2026-12-14
[two weeks time] | 2026-12-14
[in a fortnight] | 2026-12-14
[in a fortnight's time] | 2026-12-14
[three weeks today] | 2026-12-21
[a week today] | 2026-12-07
[week today] | 2026-12-07
[fortnight today] | 2026-12-14
[week Monday] | 2026-12-14
by [this time next week] | 2026-12-07
[same day next month] | 2026-12-30
moved to [10 working days] | 2026-12-14
[a week tomorrow] | 2026-12-08
[a fortnight tomorrow] | 2026-12-15
[3 weeks from now] | 2026-12-21
[2 weeks from today] | 2026-12-14
[14d] | 2026-12-14
due [14d] | 2026-12-14
[in 3 days] | 2026-12-03
[in 5 working days] | 2026-12-07
[within 10 working days] | 2026-12-14
[within a month] | 2026-12-30
[in six months] | 2027-05-30
[in a year] | 2027-11-30
[in a year's time] | 2027-11-30
[in a week or two] | vague 2026-12-07 2026-12-14
[in 2-3 weeks] | vague 2026-12-14 2026-12-21
[in a couple of weeks] | vague 2026-12-14
[in a few weeks] | vague
moved [by 2 weeks] because leave | vague
extended [by a month] | vague
push it [back two weeks] | vague
agreed [2 weeks ago] | past
moved to [tomorow] | 2026-12-01
"""

PERIODS = """
5.2 moved to [EOW] because supplier late | 2026-12-04
by [EOM] | 2026-11-30
by [EOD] | 2026-11-30
by [COP] | 2026-11-30
by [close of play] | 2026-11-30
by [end of week] | 2026-12-04
by [end of the week] | 2026-12-04
by [the end of this week] | 2026-12-04
by [end of next week] | 2026-12-11
by [next week] | 2026-12-11
[early next week] | 2026-12-08
[mid next week] | 2026-12-09
[late next week] | 2026-12-11
[start of next week] | 2026-12-07
[the week after next] | 2026-12-18
by [end of month] | 2026-11-30
by [month end] | 2026-11-30
by [end of next month] | 2026-12-31
[mid next month] | 2026-12-20
[early next month] | 2026-12-10
by [mid-month] | 2026-12-20
by [this month] | 2026-11-30
5.2 moved to [mid Feb] because supplier late | 2027-02-20
moved to [mid-February 2027] | 2027-02-20
[mid-Feb] | 2027-02-20
[middle of January] | 2027-01-20
[early January] | 2027-01-10
[start of March] | 2027-03-10
[beginning of March] | 2027-03-10
[late Feb] | 2027-02-28
[end Feb] | 2027-02-28
by [end-of-Jan] | 2027-01-31
by [1st wk Feb] | 2027-02-07
by [end of Febuary] | 2027-02-28
by [the end of January] | 2027-01-31
due before [end of Jan] | 2027-01-31
by [Septmber] | 2027-09-30
by [March] | 2027-03-31
in [may] | 2027-05-31
by [end of may] | 2027-05-31
[June 2027] | 2027-06-30
[the end of June 2027] | 2027-06-30
5.2 moved to [end of Q4] because supplier late | 2027-03-31
by [end of Q3] | 2026-12-31
by [end-Q4] | 2027-03-31
by [Q4 end] | 2027-03-31
by [EOFY] | 2027-03-31
by [EOQ] | 2026-12-31
by [EOM Jan] | 2027-01-31
by [canol Chwefror] | 2027-02-20
no later than [31 Jan] | 2027-01-31
by [31 December 2026] or sooner | 2026-12-31
by [Friday EOD] | 2026-12-04
by [Q3] | 2026-12-31
by [end of quarter 3] | 2026-12-31
[end of the third quarter] | 2026-12-31
by [Q1] | vague 2027-06-30
by [Q1 2027] | several 2027-06-30 2027-03-31
[Q3 2026/27] | 2026-12-31
by [end of Q1 27/28] | 2027-06-30
by [end of the quarter] | 2026-12-31
by [quarter end] | 2026-12-31
by [the end of next quarter] | 2027-03-31
by [year end] | several 2027-03-31 2026-12-31
by [the end of the year] | several 2026-12-31 2027-03-31
[end of the financial year] | 2027-03-31
by [financial year end] | 2027-03-31
by [the end of this financial year] | 2027-03-31
by [the end of next financial year] | 2028-03-31
by [end of FY] | 2027-03-31
by [end of the calendar year] | 2026-12-31
by [end of 2027] | 2027-12-31
by [the end of 2026/27] | 2027-03-31
by [first week of Jan] | 2027-01-07
by [the last week of January] | 2027-01-31
by [the second week in February] | 2027-02-14
[w/c 7 Dec] | 2026-12-11
[w/c Monday 7th December] | 2026-12-11
[week commencing 7/12] | 2026-12-11
[wc 07/12/26] | 2026-12-11
[week ending 11 Dec] | 2026-12-11
[w/e 11/12/26] | 2026-12-11
[week beginning 4 January 2027] | 2027-01-08
[week of 7 December] | 2026-12-11
by [Christmas] | 2026-12-25
5.2 finished by [Christmas] | 2026-12-25
by [xmas] | 2026-12-25
by [Christmas Eve] | 2026-12-24
by [Boxing Day] | 2026-12-26
by [Easter] | 2027-03-28
by [new year's eve] | 2026-12-31
by [new year] | 2027-01-01
[New Year's Day] | 2027-01-01
[31 Ionawr] | 2027-01-31
[28 Chwefror 2027] | 2027-02-28
[dydd Gwener 18 Rhagfyr] | 2026-12-18
[diwedd Mawrth] | 2027-03-31
[1af Mehefin] | 2027-06-01
"""

NOT_ONE_DAY = """
moved to [Michaelmas] because supplier late | vague
moved to [spring term] | vague
by [end of term] | vague
[after half term] | vague
by [the end of the autumn term] | vague
5.2 moved to [the December board meeting] because no papers | vague
due [before Easter break] because | vague
moved to [after the May elections] because purdah | vague
moved to [when Ofsted come] because they asked | vague
moved to [soon] | vague
moved to [next year] because no money | vague
moved to [in the new year] | vague
we start [in the new year] | vague
moved to [after Christmas] | vague
moved to [after 31 Jan] | vague
moved to [the summer] | vague
moved to [spring] because late | vague
moved to [ASAP] | vague
moved to [TBC] | vague
moved to [Friday's board] | vague
moved to [the January cabinet] as no papers | vague
moved to [March governors meeting] | vague
moved to [Christmas holidays] | vague
moved to [Friday after next] because late | vague 2026-12-11 2026-12-18
moved to [15 Jan at the earliest] because late | vague 2027-01-15
moved to [15 Jan or later] because late | vague 2027-01-15
moved to [not before 15 Jan] because late | vague
moved to [no earlier than 15 Jan] because late | vague
moved to [the week after Christmas] because late | vague
moved to [20270203] because late | vague 2027-02-03
moved to [end FY27] because late | vague 2027-03-31 2028-03-31
moved to [Whitsun] because late | vague
by [the weekend] | vague 2026-12-04 2026-12-06
moved to [the following Friday] because late | vague
moved to [mid 2027] because late | vague
moved to [next spring] because late | vague
moved to [a couple of weeks] because late | vague
by [Q4 27] | several 2028-03-31 2027-12-31
moved to [the end of next year] because late | several 2027-12-31 2028-03-31
moved to [2027] because no money | vague
moved to [later this month] | vague
moved to [the next board meeting] because no papers | vague
5.2 moved to [31 Jan or 7 Feb] because supplier late | several 2027-01-31 2027-02-07
moved to [31 Jan/7 Feb] | several 2027-01-31 2027-02-07
[between 31 Jan and 7 Feb] | several 2027-01-31 2027-02-07
[7 or 14 Feb] | several 2027-02-07 2027-02-14
[7th or 14th February] | several 2027-02-07 2027-02-14
[Thursday or Friday] | several 2026-12-03 2026-12-04
due [Thurs/Fri] | several 2026-12-03 2026-12-04
[Jan or Feb] | several 2027-01-31 2027-02-28
[31/01/27 or 28/02/27] | several 2027-01-31 2027-02-28
due [31 Jan, 7 Feb] | several 2027-01-31 2027-02-07
moved to [31 Jan, maybe 7 Feb] | several 2027-01-31 2027-02-07
moved to [31 Jan and 7 Feb] | several 2027-01-31 2027-02-07
moved to [the 14th or 15th] | several 2026-12-14 2026-12-15
due [31 Jan or possibly the end of Feb] | several 2027-01-31 2027-02-28
"""

RANGES_AND_REVISIONS = """
5.2 moved [from 31 Jan to 28 Feb] because supplier late | 2027-02-28
5.2 moved [31 Jan to 28 Feb] because supplier late | 2027-02-28
[was 31 Jan, now 28 Feb] | 2027-02-28
[was 31/01/27 now 28/02/27] | 2027-02-28
5.2 [28 Feb (was 31 Jan)] because leave | 2027-02-28
5.2 [31 Jan extended to 28 Feb] as supplier late | 2027-02-28
[31 Jan -> 28 Feb] | 2027-02-28
[31 Jan → 28 Feb] | 2027-02-28
5.2 moved to [31 Jan no wait 28 Feb] | 2027-02-28
5.2 moved to [31 Jan, sorry, 28 Feb] | 2027-02-28
5.2 moved to [31 Jan, no, 28 Feb] because | 2027-02-28
5.2 moved to [31 Jan oops 28 Feb] because | 2027-02-28
5.2 moved to [31 Jan I mean 28 Feb] because | 2027-02-28
5.2 moved to [31 Jan - make that 28 Feb] | 2027-02-28
moved to [28 Feb not 31 Jan] because leave | 2027-02-28
moved to [28 Feb instead of 31 Jan] | 2027-02-28
[not 31 Jan but 28 Feb] | 2027-02-28
[from the end of January to mid February] | 2027-02-20
[from Friday to Monday 14 Dec] | 2026-12-14
moved [from 28 Feb to 31 Jan] as ready sooner | 2027-01-31
[1-5 March] | 2027-03-05
[1st to 5th March] | 2027-03-05
[15 Dec to 8 Jan] | 2027-01-08
[from 27 Nov to 31 Jan] because | 2027-01-31
[from 27/11/2026 to 31/01/2027] because | 2027-01-31
[from 27 November to 29 January 2027] | 2027-01-29
[from 31 Jan to 31 Feb] | impossible
moved to [31 Jan moved to 28 Feb] | 2027-02-28
[was due 31 Jan, is now due 28 Feb] | 2027-02-28
[previously 31/01/27, revised to 28/02/27] | 2027-02-28
moved [from 31 Jan to Monday 28 Feb] | contradicts 2027-02-28 2027-03-01 2027-02-22
moved [from 31 Jan to yesterday] | past
due [31 Jan 2027 (31 January)] | 2027-01-31
moved [from 31 Jan] because leave | vague
[was 31 Jan] | vague
"""

SEVERAL_PLACES = """
5.2 moved to [31 Jan] because of leave, 5.3 moved to [28 Feb] because of leave | 2027-01-31; 2027-02-28
5.2 due [31 jan] because board meets on [Thursday 28 Jan] | 2027-01-31; 2027-01-28
met on [27 Nov] and will finish by [Friday] | past; 2026-12-04
"""

PAST_BY_ITS_WORDS = """
it was [27 Nov] | past
off sick since [3 Nov] | past
done on [27 Nov] | past
finished last [27 Nov] | past
since [2 November] | past
moved to [27 Nov] because | 2027-11-27
due on [1 Sept] | 2027-09-01
due on [Friday] | 2026-12-04
back on [Monday] | 2026-12-07
"""

NO_DAY = """
5.2 complete
1/5.2 done
2 of 5 done
done 50%
we may need more money
may be late
they march on regardless
she sat on the panel
in the sun
monitoring is in place
a monthly return
the second draft
first draft done
completed first draft
phase 2 started
support is 24/7 now
open 9-5
11/12 staff trained
3/4 done
version v1.2 sent
it costs £31.12
the call is at 10.30
1 in 4 staff
KS2 results
KS2 and Q data
the plan for 2026-27
plan 2026/27 agreed
ring 020 7946 0958
ring 07700 900123
5.2-5.4 complete
5.2 to 5.4 complete
R-0001 done
OFSTED 1 done
Priority 1.2 done
took 3 days
2 weeks late
a 6 month pilot
on Fridays we meet
every Friday we meet
the 1st draft
the 3rd party has it
the 2nd phase
up to 11/12 staff
12 months of data
decimal 3.5
room 3.12 booked
ten out of ten
one of two
we won a march past the goal
may I ask
mark is off
Jan has it
April is on leave
ask June
ask May
section 12/13
waiting on finance
not mine, ask HT
done
no problem
they were second to none
a minute
half done
90%
5.2 red
5.2 amber to red
ask Augusta about it
sundry items
marsh land
the match
remember to ask
quarter of the staff
the term of the contract
last year's figures
this week's figures are good
Jan's on it
Act 2014 duties
s47 enquiries
in 2019 we began
May and June are on leave
waiting for Q3 data
for two weeks
over the next two weeks
in the last week
good Friday prayers
soon as HR answer
aug 2026 data
open Mon to Fri 9-5
mon-fri
ref 2026/0012
10-12 staff
3-5 weeks' work
£5 to £10
aged 16 to 18
5.2(ii)
"""


def cases(table: str) -> list[tuple[str, str]]:
    return [tuple(line.rsplit(" | ", 1)) for line in table.splitlines() if line]  # type: ignore[misc]


def marked(text: str, readings: list[DayReading]) -> str:
    """The text with square brackets around each reading's words."""
    for each in reversed(readings):
        text = f"{text[: each.start]}[{text[each.start : each.end]}]{text[each.end :]}"
    return text


def described(reading: DayReading) -> str:
    assert (reading.day is None) == (reading.problem is not None)
    return " ".join(
        [*([str(reading.problem)] if reading.problem else []), *([str(reading.day)] if reading.day else [])]
        + [str(day) for day in reading.alternatives]
    )


def check(line: str, wanted: str, today: date) -> None:
    text = MARKS.sub(r"\1", line)
    readings = find_days(text, today=today)
    # Whether the article belongs to the words of a day is all one.
    assert marked(text, readings).replace("[the ", "the [") == line.replace("[the ", "the [")
    assert "; ".join(map(described, readings)) == wanted


EVERY_TABLE = (
    WEEKDAY_AND_DATE + DAY_AND_MONTH + NUMBERS + DAY_ALONE + WEEKDAYS + OFFSETS + PERIODS + NOT_ONE_DAY
    + RANGES_AND_REVISIONS + SEVERAL_PLACES + PAST_BY_ITS_WORDS
)  # fmt: skip


@pytest.mark.parametrize(("line", "wanted"), cases(EVERY_TABLE))
def test_each_day_in_a_line(line: str, wanted: str) -> None:
    check(line, wanted, MONDAY)


@pytest.mark.parametrize("line", NO_DAY.strip().splitlines())
def test_what_is_no_day(line: str) -> None:
    assert marked(line, find_days(line, today=MONDAY)) == line


NEW_YEARS_EVE, LEAP_DAY, FRIDAY = date(2026, 12, 31), date(2028, 2, 29), date(2026, 12, 4)
SUNDAY, FIRST_OF_APRIL = date(2026, 12, 6), date(2027, 4, 1)


@pytest.mark.parametrize(
    ("today", "line", "wanted"),
    [
        (NEW_YEARS_EVE, "by [tomorrow]", "2027-01-01"),
        (NEW_YEARS_EVE, "by [EOM]", "2026-12-31"),
        (NEW_YEARS_EVE, "by [the 1st]", "2027-01-01"),
        (NEW_YEARS_EVE, "by [Friday]", "2027-01-01"),
        (NEW_YEARS_EVE, "by [end of next month]", "2027-01-31"),
        (NEW_YEARS_EVE, "by [31 December]", "2026-12-31"),
        (NEW_YEARS_EVE, "by [Christmas]", "2027-12-25"),
        (NEW_YEARS_EVE, "by [Q3]", "2026-12-31"),
        (NEW_YEARS_EVE, "[in a month]", "2027-01-31"),
        (NEW_YEARS_EVE, "[in two months]", "2027-02-28"),
        (NEW_YEARS_EVE, "by [Dec 26]", "2026-12-31"),
        (LEAP_DAY, "[in a year]", "2029-02-28"),
        (LEAP_DAY, "by [29 Feb]", "2028-02-29"),
        (LEAP_DAY, "by [the 29th]", "2028-02-29"),
        (LEAP_DAY, "by [the 31st]", "2028-03-31"),
        (LEAP_DAY, "by [28 Feb]", "2029-02-28"),
        (LEAP_DAY, "by [end of the financial year]", "2028-03-31"),
        (LEAP_DAY, "by [Easter]", "2028-04-16"),
        (LEAP_DAY, "by [28/02/2033]", "2033-02-28"),
        (LEAP_DAY, "by [02/03/2033]", "far"),
        (FRIDAY, "by [Friday]", "2026-12-11"),
        (FRIDAY, "by [this Friday]", "2026-12-04"),
        (FRIDAY, "by [next Friday]", "2026-12-11"),
        (FRIDAY, "by [Friday week]", "2026-12-18"),
        (FRIDAY, "by [EOW]", "2026-12-04"),
        (FRIDAY, "by [Friday 4 December]", "2026-12-04"),
        (FRIDAY, "by [the 4th]", "2026-12-04"),
        (FRIDAY, "[first thing Monday]", "2026-12-07"),
        (SUNDAY, "by [EOW]", "2026-12-11"),
        (SUNDAY, "by [next week]", "2026-12-11"),
        (SUNDAY, "by [next Friday]", "2026-12-11"),
        (SUNDAY, "by [Monday]", "2026-12-07"),
        (SUNDAY, "by [Sunday]", "2026-12-13"),
        (SUNDAY, "[a week today]", "2026-12-13"),
        (SUNDAY, "[in 1 working day]", "2026-12-07"),
        (FIRST_OF_APRIL, "by [end of the financial year]", "2028-03-31"),
        (FIRST_OF_APRIL, "by [end of Q4]", "2028-03-31"),
        (FIRST_OF_APRIL, "by [Q1]", "2027-06-30"),
        (FIRST_OF_APRIL, "by [31 March]", "2028-03-31"),
        (FIRST_OF_APRIL, "was [31 March]", "past"),
        (FIRST_OF_APRIL, "by [mid-month]", "2027-04-20"),
        (FIRST_OF_APRIL, "by [Easter]", "2028-04-16"),
        (FIRST_OF_APRIL, "by [1 April]", "2027-04-01"),
        (FIRST_OF_APRIL, "[in 5 working days]", "2027-04-08"),
    ],
)
def test_on_other_days(today: date, line: str, wanted: str) -> None:
    check(line, wanted, today)


@pytest.mark.parametrize(
    ("text", "words", "wanted"),
    [
        ("Friday 18 December because late", "Friday 18 December", "2026-12-18"),
        ("to the 31st because late", "31st", "2026-12-31"),
        ("by 31/3 because late", "31/3", "2027-03-31"),
        ("11/12 because late", "11/12", "2026-12-11"),
        ("24.12 because late", "24.12", "2026-12-24"),
        ("14d because late", "14d", "2026-12-14"),
        ("2 weeks because late", "2 weeks", "2026-12-14"),
        ("wed because late", "wed", "2026-12-02"),
        ("may because late", "may", "2027-05-31"),
        ("soon because late", "soon", "vague"),
        ("Michaelmas", "Michaelmas", "vague"),
        ("the December board meeting because late", "December board meeting", "vague"),
        ("31 Jan or 7 Feb because late", "31 Jan or 7 Feb", "several 2027-01-31 2027-02-07"),
        ("from 31 Jan to 28 Feb because late", "from 31 Jan to 28 Feb", "2027-02-28"),
        ("\u201c31 Jan\u201d because late", "31 Jan", "2027-01-31"),
        ("until Dec 26", "Dec 26", "2026-12-31"),
        ("5.2 moved to 31 Jan", None, ""),
        ("because of 31 Jan", None, ""),
        ("done by Friday", None, ""),
        ("complete", None, ""),
        ("", None, ""),
        ("14", None, ""),
        ("5.2", None, ""),
        ("march on", None, ""),
    ],
)
def test_a_text_that_begins_with_a_day(text: str, words: str | None, wanted: str) -> None:
    found = leading_day(text, today=MONDAY)
    assert (found is None) == (words is None)
    if found is not None:
        assert text[found.start : found.end].removeprefix("the ") == words
        assert described(found) == wanted


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Friday 18 December", date(2026, 12, 18)),
        ("yesterday", date(2026, 11, 29)),
        ("31/1/2017", date(2017, 1, 31)),
        ("the 31st", date(2026, 12, 31)),
        ("mid Feb", date(2027, 2, 20)),
        ("Monday 31 January", None),
        ("31 Jan or 7 Feb", None),
        ("Friday and then some", None),
        ("soon", None),
        ("31 Feb", None),
    ],
)
def test_a_text_that_is_a_day_and_nothing_else(text: str, day: date | None) -> None:
    assert read_day(text, today=MONDAY) == day


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 12, 5), "a Saturday"),
        (date(2027, 1, 31), "a Sunday"),
        (date(2026, 12, 25), "a bank holiday"),
        (date(2026, 12, 28), "a bank holiday"),
        (date(2027, 1, 1), "a bank holiday"),
        (date(2027, 3, 26), "a bank holiday"),
        (date(2027, 3, 29), "a bank holiday"),
        (date(2027, 5, 3), "a bank holiday"),
        (date(2027, 5, 31), "a bank holiday"),
        (date(2027, 8, 30), "a bank holiday"),
        (date(2027, 12, 27), "a bank holiday"),
        (date(2027, 12, 28), "a bank holiday"),
        (date(2026, 12, 26), "a Saturday"),
        (date(2027, 3, 17), ""),
        (date(2026, 12, 24), ""),
        (date(2028, 1, 3), "a bank holiday"),
    ],
)
def test_days_on_which_nobody_works(day: date, words: str) -> None:
    assert describe_rest_day(day) == words
    assert (is_weekend(day) or is_bank_holiday(day)) == bool(words)


def test_marks_and_spaces_of_other_devices_keep_their_places() -> None:
    text = "5.2 moved\u00a0to \u201cFriday\u00a018\u2013Dec\u201d \u2014 ta"
    assert marked(text, find_days(text, today=MONDAY)) == text.replace(
        "Friday\u00a018\u2013Dec", "[Friday\u00a018\u2013Dec]"
    )


@pytest.mark.parametrize("words", ["end 2027", "end of 2027", "31 March 2027"])
def test_a_day_too_far_off_to_be_one_is_asked_about(words: str) -> None:
    [found] = find_days(f"moved to {words} as late", today=date(1986, 1, 1))
    assert (found.day, found.problem) == (None, DayProblem.FAR)


@given(st.text(max_size=120), st.dates())
def test_no_text_is_too_odd(text: str, today: date) -> None:
    last = 0
    for found in find_days(text, today=today):
        assert last <= found.start < found.end <= len(text)
        assert (found.day is None) == (found.problem is not None)
        assert found.day is None or found.day >= today
        last = found.end


_BITS = st.sampled_from(
    [
        *(
            "31",
            "st",
            "Jan",
            "Feb",
            "Friday",
            "next",
            "week",
            "or",
            "to",
            "from",
            "was",
            "now",
            "5.2",
            "2/3",
            ".",
        ),
        *(
            "-",
            "/",
            "(",
            ")",
            "the",
            "of",
            "end",
            "mid",
            "Q3",
            "2027",
            "27",
            ",",
            "in",
            "2",
            "may",
            "by",
            "'s",
        ),
    ]
)


@given(st.lists(_BITS, max_size=14).map(" ".join), st.dates())
def test_no_mixture_is_too_odd(text: str, today: date) -> None:
    test_no_text_is_too_odd.hypothesis.inner_test(text, today)  # type: ignore[attr-defined]


@given(
    st.dates(MONDAY, MONDAY + timedelta(days=1700)),
    st.sampled_from(["%d/%m/%Y", "%A %d %B %Y", "%d %b %y", "%Y-%m-%d"]),
)
def test_a_written_day_reads_back(day: date, form: str) -> None:
    words = day.strftime(form)
    assert [
        (found.day, found.problem) for found in find_days(f"5.2 moved to {words} as late", today=MONDAY)
    ] == [(day, None)]


@given(
    st.dates(MONDAY, MONDAY + timedelta(days=360)),
    st.sampled_from(["%A %d %B", "%d %B", "%d/%m", "%a %d %b"]),
)
def test_a_day_of_the_next_year_reads_back_without_its_year(day: date, form: str) -> None:
    words = day.strftime(form)
    assert [found.day for found in find_days(f"5.2 moved to {words} as late", today=MONDAY)] == [day]
