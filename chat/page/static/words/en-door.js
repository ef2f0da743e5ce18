/** English: the door, for who is not signed in. */

export default {
  "door.back": "Back to log in",
  "door.email": "E-mail",
  "door.email_hint": "Optional. Only for a new password if you forget yours.",
  "door.email_needed": "Type an e-mail address.",
  "door.forgot": "Forgot your password?",
  "door.forgot_under": "We send you a link to choose a new one.",
  "door.has_account": "I have an account already",
  "door.log_in": "Log in",
  "door.name": "Your name",
  "door.name_hint": "What your friends see.",
  "door.new_password": "New password",
  "door.no_account": "Create an account",
  "door.password": "Password",
  "door.reset_done": "Your new password is set. All devices were signed out.",
  "door.reset_sent":
    "If this address belongs to an account, a link is on its way. It works for an hour.",
  "door.reset_under": "Choose a new one. All your devices are signed out.",
  "door.send_link": "Send the link",
  "door.set_password": "Set the password",
  "door.sign_up": "Create an account",
  "door.sign_up_under": "A minute, and you can talk.",
  "door.username": "Username",
  "door.username_hint": "2 to 32 letters, digits, dots, dashes or underscores.",
  "door.welcome": "Good to see you.",

  "scene.first": "Who got the tickets?",
  "scene.greeting": "For the trip!",
  "scene.second": "Me! Splitting it now",
  "scene.bill": "Train tickets",
  "scene.line": "Talk with the people you trust, and settle the money where you talk.",
};
