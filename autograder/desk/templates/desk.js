"use strict";
// Sends what people do, shows as saved what is saved, and shows what others have done meanwhile.
const main = document.getElementById("main");
const words = JSON.parse(main.dataset.words);
const base = main.dataset.base;
const news = document.getElementById("news");
const PAUSE = 600; // milliseconds without a key after which what was typed for an answer is sent
const LOOK = 4000; // milliseconds between two looks at what others have done
const about = main.dataset.about && JSON.parse(main.dataset.about); // the submissions and students of this page; all without
let last = Number(main.dataset.last); // the last act that this page knows of

for (const time of document.querySelectorAll("time")) { // they come in UTC
    const at = new Date(time.dateTime);
    time.textContent = new Date(at - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16).replace("T", " ");
}

function post(place, told) {
    return fetch(base + place, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(told),
    });
}

function say(form, text, kind = "") {
    const output = form.querySelector("output");
    output.textContent = text;
    output.className = kind;
    return output;
}

function offer(output, text, what) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.addEventListener("click", what);
    output.append(" ", button);
}

function fields(form) {
    return JSON.stringify([...form.elements].filter((one) => one.name).map((one) => one.value));
}

const forms = [...document.querySelectorAll("form.act, form.give")];
const clean = new Map(forms.map((form) => [form, fields(form)])); // what is in each form as it is saved
const asked = new Map(); // what of a form met another's: the person is asked, and it is not sent again by itself
const newer = new Map(); // what others have saved for an answer while something else stood in its form
const isDirty = (form) => fields(form) !== clean.get(form);
const isMarked = (form) => form.closest("article").classList.contains("is-marked");

// What a form says, with the last act that its page has seen, so that nobody overwrites what they have not seen.
function typed(form) {
    const told = { kind: form.dataset.kind || "points", after: Number(form.dataset.after || main.dataset.last) };
    for (const name of ["submission", "student", "question", "key"]) {
        if (form.dataset[name]) told[name] = form.dataset[name];
    }
    if (Number(form.dataset.ref)) told.ref = Number(form.dataset.ref);
    for (const one of form.elements) if (one.name) told[one.name] = one.value;
    return told;
}

// Sends a form. A conflict is told with who and what, and may be overruled knowingly.
async function save(form, saved) {
    const sent = fields(form);
    say(form, words.saving);
    try {
        const answer = await post("acts", typed(form));
        if (answer.status === 409) {
            const theirs = await answer.json();
            asked.set(form, sent);
            if (theirs.kind === "points") newer.set(form, theirs);
            const output = say(form, theirs.sentence, "bad");
            offer(output, words.mine, () => {
                form.dataset.after = theirs.id;
                save(form, saved);
            });
            offer(output, words.again, () => {
                clean.set(form, fields(form));
                location.reload();
            });
            return;
        }
        if (!answer.ok) {
            say(form, await answer.text(), "bad");
            return;
        }
        form.dataset.after = (await answer.json()).id;
        clean.set(form, sent);
        asked.delete(form);
        if (newer.get(form)?.id < form.dataset.after) newer.delete(form);
        saved();
        if (sent !== fields(form)) return;
        if (newer.has(form)) take(form, newer.get(form));
        else say(form, words.saved, "good");
    } catch {
        if (sent !== clean.get(form)) clean.delete(form); // which of the two is saved is not known
        say(form, words.lost, "bad");
    }
}

// Forms with a button: the page is made anew afterwards, unless that would take away what stands in another one.
for (const form of document.querySelectorAll("form.act")) {
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        save(form, () => {
            if (!forms.some(isDirty)) location.reload();
        });
    });
}

// Forms that are saved as one types.
const gives = [...document.querySelectorAll("form.give")];
const marked = document.getElementById("marked"); // of all answers, those on other pages too
const elsewhere = marked && Number(marked.textContent) - document.querySelectorAll(".is-marked").length;
function count() {
    marked.textContent = elsewhere + document.querySelectorAll(".is-marked").length;
}
function mark(form) {
    form.closest("article").classList.add("is-marked");
    count();
}
// Shows what somebody else has saved for an answer.
function take(form, act) {
    form.elements.points.value = act.points;
    form.elements.text.value = act.text;
    clean.set(form, fields(form));
    form.dataset.after = act.id;
    asked.delete(form);
    newer.delete(form);
    mark(form);
    say(form, `${words.by} ${act.who}`, "good");
}
// What was typed is what the page knows as saved: says so, in place of what was wrong with what stood there before.
function settle(form) {
    if (newer.has(form)) take(form, newer.get(form));
    else if (asked.has(form)) return;
    else if (!isMarked(form)) say(form, "");
    else if (form.querySelector("output").className !== "good") say(form, words.saved, "good");
}
for (const form of gives) {
    let timer = 0;
    let queue = Promise.resolve();
    let isTyped = false;
    async function send() {
        if (fields(form) === asked.get(form)) return;
        // Points that were given for an earlier answer count for this one when they are typed anew.
        const isMeant = isTyped && !isMarked(form) && form.elements.points.value;
        if (!isDirty(form) && !isMeant) return settle(form);
        await save(form, () => mark(form));
    }
    function record() {
        clearTimeout(timer);
        queue = queue.then(send); // one after another, so that the last one is the one that counts
    }
    form.addEventListener("input", () => {
        isTyped = true;
        clearTimeout(timer);
        timer = setTimeout(record, PAUSE);
    });
    form.addEventListener("change", record);
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        record();
        const rest = gives.slice(gives.indexOf(form) + 1);
        const next = rest.find((other) => other.offsetParent !== null);
        (next ? next.elements.points : document.getElementById("next"))?.focus();
    });
}
// While one marks, an answer stays in sight: it leaves when the box is ticked or the page is loaded.
document.getElementById("unmarked")?.addEventListener("change", (event) => {
    location.search = event.target.checked ? "?unmarked" : "";
});

const empty = document.getElementById("empty");
empty?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await post("empty", { question: empty.dataset.question }).catch(() => null);
    if (answer?.ok) location.reload();
    else say(empty, answer ? await answer.text() : words.lost, "bad");
});

const again = document.getElementById("again");
async function follow() {
    const answer = await fetch(base + "again/" + encodeURIComponent(again.dataset.submission)).catch(() => null);
    if (!answer?.ok) return;
    const told = await answer.json();
    const output = say(again, told.told);
    if (told.ended) offer(output, words.again, () => location.reload());
    else setTimeout(follow, 1000);
}
again?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await post("again", { submission: again.dataset.submission }).catch(() => null);
    if (answer?.ok) follow();
    else say(again, answer ? await answer.text() : words.lost, "bad");
});

const who = document.getElementById("who");
who.addEventListener("submit", (event) => event.preventDefault());
who.elements.name.addEventListener("change", () => post("name", { name: who.elements.name.value }));

window.addEventListener("beforeunload", (event) => {
    if (forms.some(isDirty)) event.preventDefault();
});

// What others did: a clean form of the same answer takes it over, and everything else is told below.
function hear(act) {
    last = Math.max(last, act.id);
    const form = gives.find((one) => one.dataset.key === act.key && act.kind === "points");
    if (form && act.id > Number(form.dataset.after || main.dataset.last)) {
        if (isDirty(form)) newer.set(form, act);
        else take(form, act);
    }
    const isHere = !about || act.about.some((name) => name && about.includes(name));
    if (!gives.length && isHere) {
        news.textContent = `${act.who}: ${words.acts[act.kind]} ${act.question} `;
        offer(news, words.again, () => location.reload());
        news.hidden = false;
    }
}
async function look() {
    try {
        const answer = await fetch(`${base}news?since=${last}`);
        if (answer.ok) (await answer.json()).forEach(hear);
    } catch {
        return; // the command has ended; whoever saves something is told
    }
    setTimeout(look, LOOK);
}
setTimeout(look, LOOK);
