/** English: Pay Points. */

export default {
  "points.as_of": "{month}, from what happened before {at}",
  "points.asked": "What services asked and learned",
  "points.asked_row": "{who}: {gate}",
  "points.cap": "While your score is below {below}, you may owe friends {percent} % of what you"
    + " could owe otherwise. No score raises that.",
  "points.consent.asked": "{who} asks whether your score is above {threshold} ({gate}).",
  "points.consent.given": "{who} may ask whether your score is above {threshold} ({gate}),"
    + " until {until}.",
  "points.consent.refused":
    "{who} may not ask whether your score is above {threshold} ({gate}).",
  "points.dial": "Your score is {score}, between {lowest} and {highest}.",
  "points.end": "No more points?",
  "points.end_text": "You can stop at any time, and come back.",
  "points.gate.easy_visa": "easy visa",
  "points.gate.ride_then_pay": "ride first, pay later",
  "points.gate.test_drive": "car test drive",
  "points.gone": "Your scores are deleted.",
  "points.granted": "Was told yes, and may rely on it until {until}.",
  "points.history": "Months before",
  "points.looks_at": "What is looked at",
  "points.means": "What it means",
  "points.means_end": "You can stop at any time: your scores are deleted and services get no answer"
    + " any more. What they were told before stays on record.",
  "points.means_gates":
    "A service may ask whether your score is above its number. It gets yes or no,"
    + " never the score, and only if you let it.",
  "points.missing": "no data",
  "points.missing.ability": "There is nothing on your balance yet. This adds 0 of {most}.",
  "points.missing.behaviour": "You have paid nobody in six months. This adds 0 of {most}.",
  "points.missing.history":
    "No instalment of ¥10.00 or more was paid back on time, and none is or was late."
    + " This adds 0 of {most}.",
  "points.missing.identity": "Your name is not confirmed. This adds 0 of {most}.",
  "points.missing.relations": "You have no friends here and nobody stands behind you."
    + " This adds 0 of {most}.",
  "points.month": "Month",
  "points.no": "No",
  "points.no_gate": "No: {gate}",
  "points.of": "{points} of {most}",
  "points.opt_in": "Take part",
  "points.opt_out": "Stop and delete my scores",
  "points.part.ability": "Ability to pay",
  "points.part.ability_text":
    "Ability to pay (25 %): how steadily money comes in, and what stays on"
    + " your balance after your debts.",
  "points.part.behaviour": "Behaviour",
  "points.part.behaviour_text":
    "Behaviour (20 %): how often and whom you pay, bills and requests you"
    + " settle, payments to you that the staff took back.",
  "points.part.history": "Credit history",
  "points.part.history_text": "Credit history (35 %): whether you paid back loans from friends on"
    + " time.",
  "points.part.identity": "Identity",
  "points.part.identity_text": "Identity (15 %): whether your name and document are confirmed, and"
    + " how long you have been here.",
  "points.part.relations": "Relations",
  "points.part.relations_text": "Relations (5 %): how many people stand behind you.",
  "points.parts": "What makes it",
  "points.raise": "What would raise it",
  "points.raise.ability.cushion": "Keep more on your balance than you owe",
  "points.raise.ability.income": "Have ¥100.00 or more come in each month",
  "points.raise.ability.missing": "Use your balance",
  "points.raise.behaviour.active": "Pay somebody each month",
  "points.raise.behaviour.bills": "Settle bills and requests",
  "points.raise.behaviour.missing": "Pay with Kith",
  "points.raise.behaviour.people": "Pay more people",
  "points.raise.history.missing": "Pay a loan back on time",
  "points.raise.history.on_time": "Pay more instalments back on time, to different friends",
  "points.raise.history.repaid": "Pay back more on time",
  "points.raise.identity.document": "Confirm your document",
  "points.raise.identity.missing": "Confirm your name",
  "points.raise.identity.months": "Stay a while",
  "points.raise.relations.behind": "Have friends stand behind you with ¥100.00 or more",
  "points.raise.relations.missing": "Have friends here",
  "points.reason.ability.cushion": "{amount} stayed on your balance after debts, in most months",
  "points.reason.ability.cushion.none":
    "Nothing stayed on your balance after debts, in most months",
  "points.reason.ability.income": {
    one: "¥100.00 or more came in, less what went back, in {count} of 6 months",
    other: "¥100.00 or more came in, less what went back, in {count} of 6 months",
  },
  "points.reason.behaviour.active": {
    one: "You paid somebody ¥1.00 or more in {count} of 6 months",
    other: "You paid somebody ¥1.00 or more in {count} of 6 months",
  },
  "points.reason.behaviour.bills": {
    one: "You settled {count} bill or request of ¥1.00 or more",
    other: "You settled {count} bills and requests of ¥1.00 or more",
  },
  "points.reason.behaviour.bills.none": "You settled no bill or request of ¥1.00 or more",
  "points.reason.behaviour.people": {
    one: "You paid {count} person ¥1.00 or more", other: "You paid {count} people ¥1.00 or more",
  },
  "points.reason.behaviour.reversals": {
    one: "{count} payment to you was taken back", other: "{count} payments to you were taken back",
  },
  "points.reason.behaviour.reversals.none": "No payment to you was taken back",
  "points.reason.history.late": {
    one: "{count} instalment of ¥10.00 or more was late",
    other: "{count} instalments of ¥10.00 or more were late",
  },
  "points.reason.history.late.none": "No instalment of ¥10.00 or more was late",
  "points.reason.history.on_time": {
    one: "{count} instalment of ¥10.00 or more on time (three of one lender count)",
    other: "{count} instalments of ¥10.00 or more on time (three of one lender count)",
  },
  "points.reason.history.repaid": "{amount} paid back by those",
  "points.reason.identity.document": "Your document is confirmed",
  "points.reason.identity.document.none": "Your document is not confirmed",
  "points.reason.identity.months": {
    one: "Here for {count} month", other: "Here for {count} months or longer",
  },
  "points.reason.identity.months.none": "You are new here",
  "points.reason.identity.name": "Your name is confirmed",
  "points.reason.relations.behind": {
    one: "{count} person stands behind you with ¥100.00 or more",
    other: "{count} people stand behind you with ¥100.00 or more",
  },
  "points.reason.relations.behind.none": "Nobody stands behind you with ¥100.00 or more",
  "points.reason.relations.burned": {
    one: "{count} line to you was lost to an unpaid loan",
    other: "{count} lines to you were lost to unpaid loans",
  },
  "points.reason.relations.burned.none": "No line to you was ever lost",
  "points.said_no": "no",
  "points.said_yes": "yes",
  "points.score": "Score",
  "points.services": "Services",
  "points.services_none": "No service asks anything about you.",
  "points.services_text": "They get yes or no, never your score, and only if you let them.",
  "points.sure": "Stop taking part?",
  "points.sure_text":
    "Your scores and what made them are deleted now. Services get no answer any more,"
    + " and what you were granted ends. What services were told before stays on record.",
  "points.take_back": "Take back",
  "points.take_back_gate": "Take back: {gate}",
  "points.up_to": "up to +{count}",
  "points.waiting": "You take part. Your first score comes within the next hours.",
  "points.weight": "{percent} %",
  "points.what":
    "Pay Points are a score from 350 to 950, made once a month from what you do here. You"
    + " see all that makes it.",
  "points.why.above": "Your score was above the number.",
  "points.why.granted": "An earlier yes still held.",
  "points.why.no_consent": "You had not said yes. Your score was not looked at.",
  "points.why.no_score": "There was no score.",
  "points.why.not_above": "Your score was not above the number.",
  "points.withdrawn":
    "Scores like yours are out of use for now, because we check how they were made."
    + " Nothing is decided by them, and your payments go on.",
  "points.yes": "Let them know",
  "points.yes_gate": "Let them know: {gate}",
};
