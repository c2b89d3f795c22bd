"""What the page itself says, in English. An answer's own words stand in app.wording."""

NAME = "Clause Desk"
TAGLINE = (
    "Ask about China customs announcements and CCC guidance: the answer is the clause "
    "that says so, word for word, or a plain “not covered”."
)
ASK_HERE = "Ask about a rule, in English or Chinese"
TRY_ONE = "Try one of these"
EXAMPLES = (
    "Which codes apply when finished products leave the control area?",
    "Are drills and grinding wheels expendable materials?",
    "When must domestic sales duties of the previous month be paid?",
    "Which companies are removed from the new regulatory mode?",
    "进口的消耗性材料转内销需要缴税吗？",
    "参展人员可以携带宠物吗？",
)

NEW_CONVERSATION = "New conversation"
DOCUMENTS = "Documents"
AS_OF = "As of"
AS_OF_HELP = "The day on which the rules must apply. Each citation shows its status on that day."
TODAY = "Back to today"
CLAUSES = "{count} clauses"
INDEX = "Index {fingerprint}, built {age}"

ANSWERING = "Looking for the clause…"
BUILDING = "No index yet: building it once"
NEAREST = "Nearest clauses"
PROOF = "Proof: {locator}"
PROOF_HELP = "Open the clause that proves this status"
COVERED = "Covered by the corpus: {words}"
AS_OF_DAY = "as of {day}"
MILLISECONDS = "{count:.0f} ms"
SECONDS = "{count:.1f} s"
HELPFUL = "Was this answer right?"
WHY_NOT = "What is wrong with it? (kept on this machine)"
THANKS = "Kept on this machine"
SEARCHED_FOR = "What was searched for"
SEARCHED_WORDS = "Searched for"
FOUND = "Found, best first, with the score of each"
ASK_AGAIN = "Ask again as of {day}"

PREVIOUS = "Previous"
NEXT = "Next"
POSITION = "Citation {at} of {count}"
CLOSE = "Close"
CONTENTS = "Contents"
PERMANENT_LINK = "Permanent link"
