/** English: what the first screen does without. */

export default {
  "alerts.impossible": "This browser cannot show notifications.",
  "alerts.on": "Notifications",
  "alerts.refused":
    "Your browser does not allow it. Allow notifications of this page in its settings.",
  "alerts.text":
    "While you look at something else: messages of chats that are not muted, and mentions of you.",

  "presence.away": "away",
  "presence.just_now": "just now",
  "presence.last_seen": "last seen {ago}",
  "presence.online": "online",
  "presence.typing": "typing…",

  "privacy.hide": "Hide when I am online",
  "privacy.hide_text": "Nobody sees whether you are there or when you were, and you do not see it "
    + "of others.",

  "settings.alerts": "Notifications",
  "settings.confirm": "Confirm",
  "settings.document": "Number of an identity document",
  "settings.email": "E-mail",
  "settings.email_hint": "For a new password if you forget yours.",
  "settings.identity": "Identity",
  "settings.identity_text":
    "What you may lend, split and borrow depends on how well you are known.",
  "settings.language": "Language",
  "settings.language_hint": "Also of the mails we send you.",
  "settings.log_out": "Log out",
  "settings.name": "Name",
  "settings.new_password": "New password",
  "settings.old_password": "Password so far",
  "settings.password": "Password",
  "settings.password_changed": "Changed. All other devices were signed out.",
  "settings.password_text": "All other devices are signed out.",
  "settings.phone": "Phone",
  "settings.phone_needed": "Type a phone number with its country, such as +86 138 0000 0000.",
  "settings.pin": "Payment PIN",
  "settings.points": "Pay Points",
  "settings.privacy": "Privacy",
  "settings.profile": "Profile",
  "settings.real_name": "Name as in your documents",
  "settings.tier_basic": "Signed up",
  "settings.tier_basic_text": "Talk, open envelopes, pay. Owe up to ¥500.00.",
  "settings.tier_real_name": "Name confirmed",
  "settings.tier_real_name_text": "Split bills and lend. Owe up to ¥5,000.00.",
  "settings.tier_verified": "Document confirmed",
  "settings.tier_verified_text": "Owe up to ¥20,000.00.",
  "settings.username": "Username",
};
