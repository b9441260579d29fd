import { createClient } from "@/lib/supabase/client";

export async function uploadAvatar(userId: string, file: File) {
  const supabase = createClient();
  const path = `${userId}/${file.name}`;
  await supabase.storage.from("avatars").upload(path, file, { upsert: true });
  return supabase.storage.from("avatars").getPublicUrl(path).data.publicUrl;
}

export async function uploadAttachment(organizationId: string, taskId: string, file: File) {
  const path = `${organizationId}/${taskId}/${file.name}`;
  const { error } = await createClient().storage.from("attachments").upload(path, file);
  if (error) throw error;
  return path;
}

export async function attachmentUrl(path: string) {
  const { data } = await createClient().storage.from("attachments").createSignedUrl(path, 300);
  return data?.signedUrl;
}

export async function downloadExport(organizationId: string, name: string) {
  const { data } = await createClient().storage.from("exports").download(`${organizationId}/${name}`);
  return data;
}
