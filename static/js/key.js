// A key from the address' fragment becomes a cookie, and the address forgets it.
const key = new URLSearchParams(location.hash.slice(1)).get("k")
const said = document.querySelector("[data-said]")
const no = () => (said.textContent = said.dataset.no)

async function exchange() {
  if (!key) return no()
  const answer = await fetch(`${document.body.dataset.path}/key`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify({ key }),
  })
  if (!answer.ok) return no()
  const { go } = await answer.json()
  location.replace(location.pathname.endsWith("/lead") ? go : location.pathname)
}

exchange().catch(no)
