"use strict";
// Records points and comments as they are typed; what is shown as recorded is recorded.
const main = document.getElementById("main");
const forms = [...document.querySelectorAll("form.give")];
const PAUSE = 600; // milliseconds without a key after which what was typed is sent

for (const form of forms) {
    const told = form.querySelector("output");
    let timer = 0;
    let sent = typed();
    let queue = Promise.resolve();

    function typed() {
        return JSON.stringify({
            key: form.dataset.key, points: form.elements.points.value, comment: form.elements.comment.value,
        });
    }

    function say(text, kind) {
        told.textContent = text;
        told.className = kind;
    }

    async function send() {
        const body = typed();
        if (body === sent) return;
        sent = body;
        say(main.dataset.saving, "");
        try {
            const headers = { "Content-Type": "application/json" };
            const answer = await fetch(location.pathname, { method: "POST", headers, body });
            if (!answer.ok) {
                sent = "";
                say(await answer.text(), "bad");
                return;
            }
            if (body === typed()) say(main.dataset.saved, "good");
            form.closest("article").classList.toggle("is-marked", form.elements.points.value.trim() !== "");
            document.getElementById("marked").textContent = document.querySelectorAll(".is-marked").length;
        } catch {
            sent = "";
            say(main.dataset.lost, "bad");
        }
    }

    function record() {
        clearTimeout(timer);
        queue = queue.then(send); // one after another, so that the last one is the one that counts
    }

    form.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(record, PAUSE);
    });
    form.addEventListener("change", record);
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        record();
        const rest = forms.slice(forms.indexOf(form) + 1);
        const next = rest.find((other) => other.offsetParent !== null);
        if (next) next.elements.points.focus();
    });
}

// While one marks, an answer stays in sight: it leaves when the box is ticked anew or the page is loaded.
const box = document.getElementById("unmarked");
box.addEventListener("change", () => {
    for (const form of forms) {
        const article = form.closest("article");
        article.hidden = box.checked && article.classList.contains("is-marked");
    }
});
