/** What one can know and do about a room: members, roles, name, mute, leave. */

import { listen } from "../core/bus.js";
import { Part, h, icon, iconButton, refill } from "../core/dom.js";
import { needWords, t, tList } from "../core/i18n.js";
import { go } from "../core/router.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { nameOf } from "../state/people.js";
import { addRoom, loadMembers, patchRoom, removeRoom, take, titleOf } from "../state/rooms.js";
import { state } from "../state/store.js";
import { confirmFirst, openDialog, openMenu } from "./dialog.js";
import { form, textField } from "./fields.js";
import { choosePeople } from "./choose.js";
import { action, face, presence, roomFace, spinner, toast } from "./parts.js";
import "./join-requests.js";
import "./room-luck.js";

await needWords("-more", "-expenses");

const RANK = { owner: 0, admin: 1, member: 2 };

class RoomDetail extends Part {
  start() {
    const { room: id } = this.route;
    this.until(
      listen(`room:${id}`, () => this.showSoon()),
      listen("friends", () => this.showSoon()),
    );
    if (this.room?.knowsMembers) this.askPresence();
    else loadMembers(id).then(() => this.askPresence(), () => {});
    this.show();
  }

  // Who comes and goes in a large group is not told unasked.
  async askPresence() {
    // Without a network nobody's presence is known anyway.
    const presence = await import("../state/presence.js").catch(() => null);
    presence?.ask([...(this.room?.members.keys() ?? [])]);
  }

  get room() {
    return state.rooms.get(this.route.room);
  }

  show() {
    const { room } = this;
    if (!room) {
      refill(this);
      return;
    }
    const look = JSON.stringify([
      titleOf(room), room.muted, room.read_marks, room.role, room.knowsMembers,
      [...room.members.values()], [...state.friends.keys()],
    ]);
    if (this.dataset.look === look) return;
    this.dataset.look = look;
    const isGroup = room.kind === "group";
    refill(
      this,
      h("header", { class: "head" },
        h("h2", { class: "head-title" }, t(isGroup ? "room.about_group" : "room.about_person")),
        iconButton("close", t("page.close"), () => go(`/rooms/${room.room}`),
          { class: "icon-button close-detail" })),
      h("div", { class: "scroll" },
        h("div", { class: "hero" }, roomFace(room, 72), h("h2", { dir: "auto" }, titleOf(room)),
          h("p", { class: "soft" }, this.under(room))),
        h("div", { class: "detail-body" },
          this.actions(room),
          isGroup && room.role !== "member" && this.requests(room),
          this.luck(room),
          isGroup && this.members(room))),
    );
  }

  under(room) {
    if (room.with) {
      const otherwise = `@${room.members.get(room.with)?.username ?? "…"}`;
      return presence(room.with, { otherwise, before: otherwise });
    }
    return t("room.members", { count: room.members.size });
  }

  actions(room) {
    const mayRename = room.kind === "group" && room.role !== "member";
    return h(
      "div", { class: "section" },
      room.with && h("a", { class: "action", href: `/friends/${room.with}` },
        icon("shield"), t("room.friend_page")),
      h("a", { class: "action", href: `/rooms/${room.room}/balances` },
        icon("wallet"), t("expenses.title")),
      action(
        room.muted ? "bell" : "mute", t(room.muted ? "room.unmute" : "room.mute"),
        () => this.attempt(async () => {
          addRoom((await call("room.mute", { room: room.room, on: !room.muted })).room);
        }),
      ),
      action(
        room.read_marks ? "check" : "checks",
        t(room.read_marks ? "room.marks_off" : "room.marks_on"),
        () => this.attempt(async () => {
          const on = !room.read_marks;
          addRoom((await call("room.read_marks", { room: room.room, on })).room);
          await loadMembers(room.room);
        }),
        { title: t("room.marks_text") },
      ),
      mayRename && action("edit", t("room.rename"), () => this.rename(room)),
      room.kind === "group" && room.role !== "owner"
        && action("flag", t("report.action"), () => this.report(room)),
      room.kind === "group"
        && action("leave", t("room.leave"), () => this.leave(room), { class: "action danger" }),
      room.kind === "group" && room.role === "owner" && action(
        "close", t("dissolve.action"), () => this.dissolve(room), { class: "action danger" },
      ),
    );
  }

  requests(room) {
    const requests = document.createElement("kith-join-requests");
    requests.room = room.room;
    return requests;
  }

  luck(room) {
    const luck = document.createElement("kith-room-luck");
    luck.className = "section";
    luck.room = room.room;
    return luck;
  }

  async report(room) {
    const { openReport } = await import("./report.js");
    openReport({ about: "room", ref: room.room });
  }

  async dissolve(room) {
    const name = titleOf(room);
    const isSure = await confirmFirst({
      title: t("dissolve.title", { name }), text: t("dissolve.text"),
      action: t("dissolve.confirm", { name }),
    });
    if (!isSure) return;
    await this.attempt(async () => {
      await call("room.dissolve", { room: room.room });
      go("/", { replace: true });
      removeRoom(room.room);
    });
  }

  members(room) {
    if (!room.knowsMembers) return spinner();
    const members = [...room.members.values()].sort(
      (one, other) => RANK[one.role] - RANK[other.role] || one.joined_seq - other.joined_seq,
    );
    return h(
      "div", { class: "section" },
      h("h3", { class: "section-title" }, t("room.members_title"),
        h("span", { class: "soft" }, ` ${members.length}`)),
      action("add", t("room.invite"), () => this.invite(room)),
      room.role !== "member" && action("link", t("link.action"), async () => {
        (await import("./invite-links.js")).openLinks(room);
      }),
      h("ul", {}, members.map((member) => this.member(room, member))),
    );
  }

  member(room, member) {
    const isMe = member.person === state.me.id;
    return h(
      "li", { class: "member" },
      h("a", { class: "row", href: isMe ? "/settings/profile" : `/friends/${member.person}` },
        face(member.person, 40, { dot: !isMe }),
        h("span", { class: "row-text" },
          h("span", { class: "row-line" },
            h("span", { class: "clip row-name", dir: "auto" },
              isMe ? t("room.name_and_you", { name: member.name }) : member.name),
            member.role !== "member" && h("span", { class: "tag" }, t(`role.${member.role}`))),
          h("span", { class: "clip small soft" }, `@${member.username}`))),
      !isMe && this.memberMenu(room, member),
    );
  }

  memberMenu(room, member) {
    const isOwner = room.role === "owner";
    const mayRemove = isOwner || (room.role === "admin" && member.role === "member");
    if (!mayRemove) return null;
    const setRole = (role) => () => this.attempt(async () => {
      take(await call("room.set_role", { room: room.room, person: member.person, role }));
    });
    const items = [
      ...(isOwner ? ["owner", "admin", "member"] : []).filter((role) => role !== member.role)
        .map((role) => ({ icon: "shield", label: t(`room.make_${role}`), run: setRole(role) })),
      { icon: "block", label: t("room.remove"), danger: true,
        run: () => this.remove(room, member) },
    ];
    const label = t("room.member_actions", { name: member.name });
    return iconButton("more", label, (event) => openMenu(event.currentTarget, items, { label }),
      { "aria-haspopup": "menu" });
  }

  async attempt(work) {
    try {
      await work();
    } catch (error) {
      toast(asRefused(error).sentence);
    }
  }

  async remove(room, member) {
    const isSure = await confirmFirst({
      title: t("room.remove_title", { name: member.name }),
      text: t("room.remove_text"), action: t("room.remove"),
    });
    if (!isSure) return;
    await this.attempt(async () => {
      await call("room.remove", { room: room.room, person: member.person });
      room.members.delete(member.person);
      patchRoom(room.room, {});
    });
  }

  async leave(room) {
    const isSure = await confirmFirst({
      title: t("room.leave_title", { name: titleOf(room) }),
      text: t("room.leave_text"), action: t("room.leave"),
    });
    if (!isSure) return;
    await this.attempt(async () => {
      await call("room.leave", { room: room.room });
      go("/", { replace: true });
      removeRoom(room.room);
    });
  }

  rename(room) {
    const name = textField({
      label: t("room.name"), name: "name", value: room.name, maxlength: 100,
    });
    const dialog = openDialog({
      title: t("room.rename"),
      body: form({
        fields: [name], action: t("page.save"),
        send: async () => {
          if (!name.value()) {
            name.complain(t("form.needed"));
            return;
          }
          await call("room.rename", { room: room.room, name: name.value() });
          dialog.close();
        },
      }),
    });
  }

  invite(room) {
    const people = [...state.friends.values()].filter(({ person }) => !room.members.has(person));
    choosePeople({
      title: t("room.invite"),
      people,
      none: t("room.invite_none"),
      action: (count) => t("room.invite_count", { count }),
      send: async (chosen) => {
        take(await call("room.invite", { room: room.room, people: chosen }));
        const names = tList(chosen.map(nameOf)).join("");
        toast(t("room.invited", { names }));
      },
    });
  }
}
customElements.define("kith-room-detail", RoomDetail);
