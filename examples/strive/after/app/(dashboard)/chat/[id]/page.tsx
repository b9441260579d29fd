import { notFound } from "next/navigation";
import { ChatThread } from "@/components/chat-thread";
import { currentMembership } from "@/lib/auth";
import { prisma } from "@/lib/prisma";

export default async function Chat({ params }: { params: Promise<{ id: string }> }) {
  const { organizationId } = await currentMembership();
  const conversation = await prisma.conversation.findFirst({
    where: { id: (await params).id, project: { organizationId } },
    include: { messages: { orderBy: { createdAt: "asc" } } },
  });
  if (!conversation) notFound();
  return <ChatThread conversationId={conversation.id} initial={conversation.messages} />;
}
