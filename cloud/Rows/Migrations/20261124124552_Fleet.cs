using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Lynceus.Cloud.Rows.Migrations
{
    /// <inheritdoc />
    public partial class Fleet : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Away",
                table: "Hub",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "BackInSeconds",
                table: "Hub",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ClockQuality",
                table: "Hub",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ClockSteps",
                table: "Hub",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "Health",
                table: "Hub",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "HealthAt",
                table: "Hub",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "Latitude",
                table: "Hub",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "Longitude",
                table: "Hub",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "StateAt",
                table: "Hub",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Station",
                table: "Hub",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "VideoSeconds",
                table: "DetectionRun",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Alarm",
                table: "Capture",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "HubHealth",
                columns: table => new
                {
                    Hub = table.Column<string>(type: "TEXT", nullable: false),
                    Hour = table.Column<DateTime>(type: "TEXT", nullable: false),
                    ReceivedAt = table.Column<DateTime>(type: "TEXT", nullable: false),
                    Health = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_HubHealth", x => new { x.Hub, x.Hour });
                });

            migrationBuilder.CreateTable(
                name: "Request",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    RequestID = table.Column<string>(type: "TEXT", nullable: false),
                    Hub = table.Column<string>(type: "TEXT", nullable: false),
                    MediaID = table.Column<string>(type: "TEXT", nullable: true),
                    Tier = table.Column<string>(type: "TEXT", nullable: true),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", nullable: false),
                    ExpiresAt = table.Column<DateTime>(type: "TEXT", nullable: false),
                    SaidAt = table.Column<DateTime>(type: "TEXT", nullable: true),
                    CancelledAt = table.Column<DateTime>(type: "TEXT", nullable: true),
                    Outcome = table.Column<string>(type: "TEXT", nullable: true),
                    AnsweredAt = table.Column<DateTime>(type: "TEXT", nullable: true),
                    Detail = table.Column<string>(type: "TEXT", nullable: true),
                    Diagnostics = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Request", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_MediaTier_Offset",
                table: "MediaTier",
                column: "Offset",
                filter: "\"StoredAt\" IS NULL AND \"Offset\" > 0");

            migrationBuilder.CreateIndex(
                name: "IX_Capture_Hub_Verdict",
                table: "Capture",
                columns: new[] { "Hub", "Verdict" });

            migrationBuilder.CreateIndex(
                name: "IX_Request_Hub_ExpiresAt",
                table: "Request",
                columns: new[] { "Hub", "ExpiresAt" });

            migrationBuilder.CreateIndex(
                name: "IX_Request_MediaID",
                table: "Request",
                column: "MediaID");

            migrationBuilder.CreateIndex(
                name: "IX_Request_RequestID",
                table: "Request",
                column: "RequestID",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "HubHealth");

            migrationBuilder.DropTable(
                name: "Request");

            migrationBuilder.DropIndex(
                name: "IX_MediaTier_Offset",
                table: "MediaTier");

            migrationBuilder.DropIndex(
                name: "IX_Capture_Hub_Verdict",
                table: "Capture");

            migrationBuilder.DropColumn(
                name: "Away",
                table: "Hub");

            migrationBuilder.DropColumn(
                name: "BackInSeconds",
                table: "Hub");

            migrationBuilder.DropColumn(
                name: "ClockQuality",
                table: "Hub");

            migrationBuilder.DropColumn(
                name: "ClockSteps",
                table: "Hub");

            migrationBuilder.DropColumn(
                name: "Health",
                table: "Hub");

            migrationBuilder.DropColumn(
                name: "HealthAt",
                table: "Hub");

            migrationBuilder.DropColumn(
                name: "Latitude",
                table: "Hub");

            migrationBuilder.DropColumn(
                name: "Longitude",
                table: "Hub");

            migrationBuilder.DropColumn(
                name: "StateAt",
                table: "Hub");

            migrationBuilder.DropColumn(
                name: "Station",
                table: "Hub");

            migrationBuilder.DropColumn(
                name: "VideoSeconds",
                table: "DetectionRun");

            migrationBuilder.DropColumn(
                name: "Alarm",
                table: "Capture");
        }
    }
}
