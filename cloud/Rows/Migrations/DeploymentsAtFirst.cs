using Microsoft.EntityFrameworkCore.Migrations;

namespace Lynceus.Cloud.Rows.Migrations;

/// <summary>Captures of before deployments: each belongs to the one it names, or to its camera's, which follow them until a person describes them. Their events are made when somebody asks.</summary>
internal static class DeploymentsAtFirst
{
    public static void Make(MigrationBuilder migration)
    {
        migration.Sql("""
            INSERT INTO "Deployment" ("DeploymentID", "Project", "Hub", "CameraID", "FromCaptures", "Start", "StartLocal", "StartOffset", "Revision")
            SELECT COALESCE("DeploymentID", "Hub" || ':' || "CameraID"), '', MIN("Hub"), MIN("CameraID"), TRUE, MIN("EventStart"), MIN("EventStartLocal"), MIN("EventStartOffset"), 0
            FROM "Capture" GROUP BY COALESCE("DeploymentID", "Hub" || ':' || "CameraID")
            """);
        migration.Sql("""UPDATE "Capture" SET "DeploymentRowId" = (SELECT d."Id" FROM "Deployment" d WHERE d."DeploymentID" = COALESCE("Capture"."DeploymentID", "Capture"."Hub" || ':' || "Capture"."CameraID"))""");
        migration.Sql("""INSERT INTO "Touched" ("DeploymentRowId") SELECT "Id" FROM "Deployment" """);
    }
}
