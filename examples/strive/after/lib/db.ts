export { prisma as db } from "./prisma";
