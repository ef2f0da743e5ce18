/** English: finding friends by link, code and contacts, what one shares, and who finds me. */

export default {
  "circle.add": "Add friends",
  "circle.contacts": "Find contacts",
  "circle.dismiss": "Do not suggest {name}",
  "circle.dismissed": "{name} is suggested no more.",
  "circle.from_contacts": "In your contacts",
  "circle.groups": { one: "In a group with you", other: "In {count} groups with you" },
  "circle.my_code": "My QR code and link",
  "circle.privacy": "Who can find me",

  "follow.add": "Become friends",
  "follow.ask": "{who} gives you this link to become friends.",
  "follow.gone": "This link leads nowhere",
  "follow.is_friends": "You are friends already.",
  "follow.is_yourself": "This is your own link. Show it to somebody else.",
  "follow.log_in": "Log in to become friends",
  "follow.open": "Open {who}",
  "follow.title": "Become friends",

  "mycode.address": "Your link",
  "mycode.alt": "Your link as a QR code",
  "mycode.copy": "Copy the link",
  "mycode.facts": {
    one: "until {day} · {count} more person", other: "until {day} · {count} more people",
  },
  "mycode.renew": "New link",
  "mycode.renew_text": "The link and the code so far lead nowhere then. Friends stay friends.",
  "mycode.renew_title": "Make a new link?",
  "mycode.revoke": "Switch off",
  "mycode.revoked": "Your link leads nowhere now.",
  "mycode.share": "Share",
  "mycode.text": "Who follows it becomes your friend at once. Give it only to people you know.",
  "mycode.title": "My QR code and link",

  "contacts.action": "Find people",
  "contacts.choose": "Choose from the address book",
  "contacts.consent":
    "I agree that Kith keeps these numbers, scrambled, for half a year to suggest people I know.",
  "contacts.consent_needed": "Please agree to this first.",
  "contacts.country": "Country of numbers without one",
  "contacts.country_needed": "Some numbers name no country: say which one they are of.",
  "contacts.file": "File with contacts (.vcf or .csv)",
  "contacts.forget": "Delete my contacts",
  "contacts.forget_text": "What is kept of your contacts is deleted at once.",
  "contacts.forgotten": "Your contacts are deleted.",
  "contacts.found": {
    one: "{count} person you know is here; look at the suggestions.",
    other: "{count} people you know are here; look at the suggestions.",
  },
  "contacts.found_none": "Nobody new of them is found by phone yet.",
  "contacts.insecure": "This needs a secure connection (https).",
  "contacts.kept": {
    one: "{count} number is kept until {day}.", other: "{count} numbers are kept until {day}.",
  },
  "contacts.none": "There is no phone number in it.",
  "contacts.numbers": "Phone numbers",
  "contacts.numbers_hint": "Paste a list, one number a line. Names are not read.",
  "contacts.read": { one: "{count} number", other: "{count} numbers" },
  "contacts.text":
    "Names never leave this device; numbers leave it only as fingerprints. Somebody is found if"
    + " they have confirmed that number and let others find them by it.",
  "contacts.title": "Find contacts",

  "common.all_friends": "See all friends",
  "common.friends": { one: "{count} friend in common", other: "{count} friends in common" },
  "common.groups": { one: "{count} group in common", other: "{count} groups in common" },
  "common.hidden": "{name} does not show their friends.",
  "common.none": "Nothing in common that you can see.",
  "common.title": "In common",
  "common.their_friends": "Friends of {name}",

  "family.confirm": "Yes, we are family",
  "family.confirm_text": "{who} says you are family.",
  "family.deny": "No",
  "family.end": "We are not family",
  "family.end_text": "The tie ends for both of you. You stay friends.",
  "family.end_title": "End the family tie with {name}?",
  "family.waiting": "You said you are family; {who} has not yet.",

  "privacy.blocked": "People you have blocked",
  "privacy.blocked_none": "Nobody.",
  "privacy.everybody": "Everybody",
  "privacy.found_by": "Who finds me by name and in suggestions",
  "privacy.found_by_phone": "Who finds me by my phone number",
  "privacy.found_by_phone_hint": "Only if you have confirmed your number under Identity.",
  "privacy.friends": "My friends",
  "privacy.friends_of_friends": "Friends of friends",
  "privacy.friends_seen_by": "Who sees my friends",
  "privacy.friends_seen_by_hint":
    "Who does not see them does not see either that you know somebody, and you are suggested by"
    + " friends in common only if everybody may.",
  "privacy.nobody": "Nobody",

  "notice.family.asked": "{who} says you are family.",
  "notice.family.confirmed": "{who} is family now.",

  "error.contacts.consent_needed": "Your contacts are kept only if you agree.",
  "error.contacts.too_many": "At most {most} numbers are kept.",
  "error.contacts.too_many_today": "You can send {most} numbers a day. Go on tomorrow.",
  "error.friend.link_not_found":
    "The link was renewed, has expired or is used up. Ask for a new one.",
  "error.friend.list_hidden": "Their friends are not shown to you.",
  "error.friend.too_many_requests":
    "Too many friend requests are open. Wait for answers, or take some back.",
};
