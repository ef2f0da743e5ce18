/** English: banks and what waits at them, vouchers for others, closing one's account. */

export default {
  "bank.asked": "asked {moment}",
  "bank.auto": "A bank, whichever is free",
  "bank.away": "{name} (not reachable now)",
  "bank.balance": "Balance",
  "bank.balance_and": "Balance and a bank",
  "bank.balance_and_text": "{balance} from your balance, {bank} from a bank",
  "bank.instant": "Development bank, any amount",
  "bank.late_in":
    "Your bank has not answered yet. Nothing is lost: the money lands in your balance by itself.",
  "bank.late_out":
    "Your bank has not answered yet. The money is held for it until it has.",
  "bank.over": "Over",
  "bank.paid_lacks_pin":
    "The bank has paid: {amount} is in your balance. To pay from there needs your payment PIN.",
  "bank.pay_from_balance": "Pay from your balance",
  "bank.rest_from": "Pay from",
  "bank.waiting": "Waiting for the bank",
  "bank.waiting_text":
    "Nothing of this is paid yet. As soon as the bank pays, it goes on here. If you close this,"
    + " what the bank pays lands in your balance.",
  "bank.ask_again": "Ask again",
  "bank.in": "Top-up, {name}",
  "bank.out": "Withdrawal, {name}",
  "bank.title": "At the bank",
  "bank.withdraw": "Withdraw",
  "bank.withdraw_all": "At most {amount}",
  "bank.withdrawn": "{amount} went to your bank.",

  "statement.opening": "Balance before",
  "statement.in": "Came in",
  "statement.out": "Went out",
  "statement.closing": "Balance after",
  "statement.none": "No account in these days.",

  "issue.action": "Give vouchers",
  "issue.amount": "Amount for each",
  "issue.day": "Until",
  "issue.day_needed": "Choose a day from tomorrow on, within a year.",
  "issue.done": "The vouchers are out.",
  "issue.explain": "The sum leaves your balance now. What nobody uses by then comes back.",
  "issue.none": "You have no friends here yet. Vouchers are for people you know.",
  "issue.opens": "Can be used from (empty: at once)",
  "issue.opens_late": "That must be before the last day.",
  "issue.people": { one: "{count} person", other: "{count} people" },
  "issue.people_needed": "Choose who gets one.",
  "issue.sum": "{count} × {each} = {total}",
  "issue.title": "Vouchers ahead of time",
  "issue.to": "For {who}",
  "issue.who": "Who gets one",
  "issue.given": "Vouchers you gave",
  "issue.used_of": "{amount} of it used",
  "issue.got": "Came back to you",

  "close.action": "Close my account for good",
  "close.empty": "Nothing stands open. You can close your account.",
  "close.open": "This stands open. End each of it first; nothing is given up for you.",
  "close.password": "Your password",
  "close.sure": "Close your account for good?",
  "close.sure_text":
    "You are signed out everywhere and leave your groups. Nobody can undo this, we cannot either.",
  "close.text":
    "An account closes only when nothing is on it and nothing stands open. Messages and receipts"
    + " stay with those you shared them with.",
  "settings.staff": "Disputes",
  "settings.risk": "Risk team",
  "settings.close": "Close account",

  "open.balance": "Money on your balance",
  "open.held": "Held for something you sent",
  "open.coming": "On its way to you",
  "open.envelope": "Red envelopes not opened yet",
  "open.voucher": "Vouchers you hold",
  "open.voucher_given": "Vouchers you gave",
  "open.split": "Bills you wait for",
  "open.share": "Shares of bills",
  "open.expense": "Balances in groups",
  "open.loan": "Loans",
  "open.loan_ask": "Loans asked for",
  "open.request": "Payment requests",
  "open.dispute": "Disputed payments",
  "open.trust": "Trust you give",
  "open.freeze": "Your wallet is frozen",
  "open.group": "Groups nobody else owns",
  "open.other": "Something else",

  "error.auth.account_closed": "This account was closed.",
  "error.payment_request.at_bank":
    "A bank was asked for this and has not answered. Pay from your balance, or wait for it.",
  "error.payment_request.bank_paid":
    "A bank has paid for this already: {amount} is in your balance. Pay from there.",
  "error.payment_request.not_paid":
    "The bank has paid: {amount} is in your balance. But the request was not paid. {why}",
  "error.wallet.bank_refused": "The bank has refused: {reason}. Nothing was paid.",
  "error.wallet.channel_away": "No bank can be reached at the moment. Nothing was paid.",
  "error.wallet.still_open": "Something stands open. Nothing was closed.",
};
