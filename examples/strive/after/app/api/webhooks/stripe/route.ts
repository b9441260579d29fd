import { db } from "@/lib/db";
import { stripe } from "@/lib/stripe";
import { env } from "@/lib/env/server";

export async function POST(request: Request) {
  const signature = request.headers.get("stripe-signature") ?? "";
  const event = stripe.webhooks.constructEvent(await request.text(), signature, env.STRIPE_WEBHOOK_SECRET);
  if (event.type === "customer.subscription.updated") {
    const subscription = await stripe.subscriptions.retrieve(event.data.object.id);
    await db.organization.update({
      where: { id: subscription.metadata.organizationId },
      data: { planId: subscription.status === "active" ? "team" : "free" },
    });
  }
  return new Response(null, { status: 204 });
}
