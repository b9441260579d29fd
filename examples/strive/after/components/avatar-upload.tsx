"use client";

import { uploadAvatar } from "@/lib/storage";

export function AvatarUpload({ userId }: { userId: string }) {
  return (
    <input
      type="file"
      accept="image/*"
      onChange={(event) => {
        const file = event.target.files?.[0];
        if (file) void uploadAvatar(userId, file);
      }}
    />
  );
}
