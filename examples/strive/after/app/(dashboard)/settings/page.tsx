import { AvatarUpload } from "@/components/avatar-upload";
import { saveSettings } from "@/lib/actions/settings";
import { currentUser } from "@/lib/auth";

export default async function Settings() {
  const user = await currentUser();
  async function save(form: FormData) {
    "use server";
    await saveSettings(String(form.get("theme")), form.get("digest") === "on");
  }
  return (
    <form action={save}>
      <AvatarUpload userId={user.id} />
      <select name="theme" aria-label="Theme">
        <option>system</option>
        <option>dark</option>
        <option>light</option>
      </select>
      <input type="checkbox" name="digest" aria-label="Weekly e-mail" />
      <button type="submit">Save</button>
    </form>
  );
}
