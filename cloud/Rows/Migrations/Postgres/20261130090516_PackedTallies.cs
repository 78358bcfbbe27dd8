using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Lynceus.Cloud.Rows.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class PackedTallies : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Event_ObservationType_ScientificName_Start",
                table: "Event");

            migrationBuilder.CreateIndex(
                name: "IX_Event_Humans",
                table: "Event",
                column: "Start",
                filter: "\"ObservationType\" = 'human'");

            migrationBuilder.CreateIndex(
                name: "IX_Event_ScientificName_Id",
                table: "Event",
                columns: new[] { "ScientificName", "Id" });

            migrationBuilder.DropTable(name: "Tally");

            migrationBuilder.CreateTable(
                name: "Tally",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    DeploymentRowId = table.Column<long>(type: "bigint", nullable: false),
                    CaptureMethod = table.Column<string>(type: "text", nullable: true),
                    ObservationType = table.Column<string>(type: "text", nullable: false),
                    ScientificName = table.Column<string>(type: "text", nullable: false),
                    Model = table.Column<string>(type: "text", nullable: false),
                    FirstDay = table.Column<DateOnly>(type: "date", nullable: false),
                    LastDay = table.Column<DateOnly>(type: "date", nullable: false),
                    Events = table.Column<int>(type: "integer", nullable: false),
                    Independent = table.Column<int>(type: "integer", nullable: false),
                    IndependentFirst = table.Column<int>(type: "integer", nullable: false),
                    Individuals = table.Column<int>(type: "integer", nullable: false),
                    HumanChecked = table.Column<int>(type: "integer", nullable: false),
                    Hours = table.Column<byte[]>(type: "bytea", nullable: false),
                    Times = table.Column<byte[]>(type: "bytea", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Tally", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Tally_DeploymentRowId",
                table: "Tally",
                column: "DeploymentRowId");

            migrationBuilder.CreateIndex(
                name: "IX_Tally_Totals",
                table: "Tally",
                columns: new[] { "ObservationType", "ScientificName", "DeploymentRowId", "CaptureMethod", "Model", "FirstDay", "LastDay", "Events", "Independent", "IndependentFirst", "Individuals", "HumanChecked" });

            migrationBuilder.Sql("""INSERT INTO "Touched" ("DeploymentRowId") SELECT "Id" FROM "Deployment" """); // made anew when somebody asks
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Event_Humans",
                table: "Event");

            migrationBuilder.DropIndex(
                name: "IX_Event_ScientificName_Id",
                table: "Event");

            migrationBuilder.CreateIndex(
                name: "IX_Event_ObservationType_ScientificName_Start",
                table: "Event",
                columns: new[] { "ObservationType", "ScientificName", "Start" });

            migrationBuilder.DropTable(name: "Tally");

            migrationBuilder.CreateTable(
                name: "Tally",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    DeploymentRowId = table.Column<long>(type: "bigint", nullable: false),
                    DayLocal = table.Column<DateTime>(type: "timestamp without time zone", nullable: false),
                    Hour = table.Column<int>(type: "integer", nullable: false),
                    CaptureMethod = table.Column<string>(type: "text", nullable: true),
                    ObservationType = table.Column<string>(type: "text", nullable: false),
                    ScientificName = table.Column<string>(type: "text", nullable: false),
                    Model = table.Column<string>(type: "text", nullable: false),
                    Events = table.Column<int>(type: "integer", nullable: false),
                    Independent = table.Column<int>(type: "integer", nullable: false),
                    IndependentFirst = table.Column<int>(type: "integer", nullable: false),
                    Individuals = table.Column<int>(type: "integer", nullable: false),
                    HumanChecked = table.Column<int>(type: "integer", nullable: false),
                    Night = table.Column<int>(type: "integer", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Tally", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Tally_DeploymentRowId_DayLocal",
                table: "Tally",
                columns: new[] { "DeploymentRowId", "DayLocal" });

            migrationBuilder.CreateIndex(
                name: "IX_Tally_ObservationType_ScientificName_DayLocal",
                table: "Tally",
                columns: new[] { "ObservationType", "ScientificName", "DayLocal" });

            migrationBuilder.Sql("""INSERT INTO "Touched" ("DeploymentRowId") SELECT "Id" FROM "Deployment" """); // made anew when somebody asks
        }
    }
}
