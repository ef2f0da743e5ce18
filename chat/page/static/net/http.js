/** The HTTP door: for what needs cookies. */

import { OFFLINE, Refused } from "./refused.js";

function cookie(name) {
  for (const pair of document.cookie.split("; ")) {
    const [key, value] = pair.split("=");
    if (key === name) return decodeURIComponent(value);
  }
  return "";
}

/** Carry out a command over HTTP and return its result. Throws Refused. */
export async function post(command, fields, { id, token } = {}) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken") };
  if (id) headers["Idempotency-Key"] = id;
  if (token) headers.Authorization = `Bearer ${token}`;
  let answer;
  try {
    const body = JSON.stringify(fields);
    const response = await fetch(`/api/${command}`, { method: "POST", headers, body });
    answer = await response.json();
  } catch {
    throw new Refused({ code: OFFLINE, retryable: true });
  }
  if (answer.error) throw new Refused(answer.error);
  return answer.result;
}
