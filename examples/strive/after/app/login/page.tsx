"use client";

import { createClient } from "@/lib/supabase/client";
import { publicEnv } from "@/lib/env/public";

export default function Login() {
  async function signIn(form: FormData) {
    await createClient().auth.signInWithOtp({
      email: String(form.get("email")),
      options: { emailRedirectTo: `${publicEnv.NEXT_PUBLIC_APP_URL}/projects` },
    });
  }
  return (
    <form action={signIn}>
      <input name="email" type="email" required aria-label="E-mail" />
      <button type="submit">Sign in</button>
    </form>
  );
}
