using Microsoft.EntityFrameworkCore.Migrations;

namespace Lynceus.Cloud.Rows.Migrations;

/// <summary>Rows of before labels: the newest look of the cloud, else the hub's, was what people saw, and stays so. Where an older one of the cloud stands beside it, it is taken for accepted.</summary>
internal static class CurrentAtFirst
{
    public static void Mark(MigrationBuilder migration)
    {
        migration.Sql("""
            UPDATE "DetectionRun" SET "Current" = ("Id" = (
                SELECT r."Id" FROM "DetectionRun" r WHERE r."MediaRowId" = "DetectionRun"."MediaRowId" ORDER BY r."Source" = 'cloud' DESC, r."Id" DESC LIMIT 1))
            """);
        migration.Sql("""
            UPDATE "DetectionRun" SET "AcceptedAt" = "At" WHERE "Current" AND "Source" = 'cloud' AND EXISTS (
                SELECT 1 FROM "DetectionRun" r WHERE r."MediaRowId" = "DetectionRun"."MediaRowId" AND r."Source" = 'cloud' AND r."Id" < "DetectionRun"."Id")
            """);
        migration.Sql("""
            UPDATE "Observation" SET "Current" = ("Id" = (
                SELECT o."Id" FROM "Observation" o WHERE o."MediaRowId" = "Observation"."MediaRowId" ORDER BY o."Source" = 'cloud' DESC, o."Id" DESC LIMIT 1))
            """);
    }
}
