import { ActivityFeed } from "@/components/activity-feed";
import { NotificationBell } from "@/components/notification-bell";
import { currentMembership } from "@/lib/auth";
import { countUnread } from "@/lib/notifications";

export default async function Dashboard({ children }: { children: React.ReactNode }) {
  const { userId, organizationId, organization } = await currentMembership();
  return (
    <>
      <header>
        {organization.name}
        <NotificationBell userId={userId} unread={await countUnread(userId)} />
      </header>
      {children}
      <ActivityFeed organizationId={organizationId} />
    </>
  );
}
