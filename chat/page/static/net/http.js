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
  const headers = { "Content-Type": "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  return send(command, JSON.stringify(fields), headers, id);
}

/** Upload a file and return what the service keeps of it. Throws Refused. */
export function upload(file, id) {
  const body = new FormData();
  body.append("file", file);
  return send("file.upload", body, {}, id);
}

/** Carry out a command that answers with a file, and return that file. Throws Refused. */
export async function download(command, fields) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken") };
  const body = JSON.stringify(fields);
  try {
    const response = await fetch(`/api/${command}`, { method: "POST", headers, body });
    if (response.ok) return await response.blob();
    throw new Refused((await response.json()).error);
  } catch (error) {
    throw error instanceof Refused ? error : new Refused({ code: OFFLINE, retryable: true });
  }
}

async function send(command, body, headers, id) {
  headers["X-CSRFToken"] = cookie("csrftoken");
  if (id) headers["Idempotency-Key"] = id;
  let answer;
  try {
    const response = await fetch(`/api/${command}`, { method: "POST", headers, body });
    answer = await response.json();
  } catch {
    throw new Refused({ code: OFFLINE, retryable: true });
  }
  if (answer.error) throw new Refused(answer.error);
  return answer.result;
}
