/** 中文：限额与支付密码。 */

export default {
  "error.wallet.limit_exceeded.day": "每天最多付 {most}，今天还可付 {left}。",
  "error.wallet.limit_exceeded.payment": "一次最多付 {most}。",
  "error.wallet.limit_exceeded.year": "每年最多付 {most}，今年还可付 {left}。",
  "error.wallet.pin_locked": "支付密码已锁定到 {until}。可在设置中重设，或稍后再试。",
  "error.wallet.pin_required": "没有付款：需要支付密码。",
  "error.wallet.pin_weak": "这个密码太容易猜到，请换一个。",
  "error.wallet.pin_wrong": "支付密码错误，已锁定三小时。",

  "limits.day": "今天",
  "limits.of": "{left} / {most}",
  "limits.raise": "确认身份以提高限额",
  "limits.title": "还可付款",
  "limits.year": "今年",

  "notice.pin.changed": "你的支付密码已修改。",
  "notice.pin.locked": "支付密码输错五次，已锁定。",
  "notice.points.asked": "{who} 想知道你的支付分是否达标，要告诉对方吗？",
  "notice.tier.changed": "身份已确认，付款限额提高了。",
  "notice.wallet.frozen": "你的钱包已冻结。",
  "notice.wallet.unfrozen": "你的钱包已解冻。",

  "pin.ask": "请确认是你本人",
  "pin.choose": "支付密码",
  "pin.go_on": "确认",
  "pin.hint": "六位数字，不要用 123456 之类。",
  "pin.is_not_set": "你还没有设置。",
  "pin.is_set": "你已设置。",
  "pin.locked": "已锁定到 {until}。重设即可解锁。",
  "pin.new": "新支付密码",
  "pin.password": "登录密码",
  "pin.saved": "支付密码已设置。",
  "pin.six_digits": "请输入六位数字。",
  "pin.text": "单笔超过 {payment} 或一天超过 {day} 时需要输入。",
  "pin.title": "支付密码",
  "pin.wrong": { other: "不对，还可以试 {count} 次。" },
};
