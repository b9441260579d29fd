"use client";

import { useRouter } from "next/navigation";
import { useNotifications } from "@/hooks/use-notifications";

export function NotificationBell({ userId, unread }: { userId: string; unread: number }) {
  const router = useRouter();
  useNotifications(userId, router.refresh);
  return <button type="button" aria-label={`${unread} unread notifications`}>{unread || null}</button>;
}
