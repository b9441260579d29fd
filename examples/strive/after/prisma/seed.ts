import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

async function main() {
  await prisma.plan.createMany({
    data: [
      { id: "free", name: "Free", priceCents: 0, maxMembers: 3 },
      { id: "team", name: "Team", priceCents: 4900, maxMembers: 25 },
      { id: "business", name: "Business", priceCents: 19900, maxMembers: 200 },
    ],
    skipDuplicates: true,
  });
}

main().finally(() => prisma.$disconnect());
