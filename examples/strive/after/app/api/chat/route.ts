import { currentUser } from "@/lib/auth";
import { openai } from "@/lib/openai";
import { prisma } from "@/lib/prisma";

export async function POST(request: Request) {
  await currentUser();
  const { conversationId, content } = await request.json();
  await prisma.message.create({ data: { conversationId, content, author: "user" } });
  const answer = await openai.responses.create({ model: "gpt-5-mini", input: content });
  const message = await prisma.message.create({
    data: { conversationId, content: answer.output_text, author: "assistant" },
  });
  return Response.json(message);
}
