using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Lynceus.Cloud.Rows.Migrations
{
    /// <inheritdoc />
    public partial class Jobs : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "Job",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    JobID = table.Column<string>(type: "TEXT", nullable: false),
                    Kind = table.Column<string>(type: "TEXT", nullable: false),
                    Project = table.Column<string>(type: "TEXT", nullable: false),
                    Model = table.Column<string>(type: "TEXT", nullable: false),
                    Version = table.Column<string>(type: "TEXT", nullable: false),
                    Lane = table.Column<string>(type: "TEXT", nullable: false),
                    Priority = table.Column<int>(type: "INTEGER", nullable: false),
                    State = table.Column<string>(type: "TEXT", nullable: false),
                    Reason = table.Column<string>(type: "TEXT", nullable: true),
                    Total = table.Column<int>(type: "INTEGER", nullable: false),
                    Done = table.Column<int>(type: "INTEGER", nullable: false),
                    Failed = table.Column<int>(type: "INTEGER", nullable: false),
                    SetAside = table.Column<int>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", nullable: false),
                    StartedAt = table.Column<DateTime>(type: "TEXT", nullable: true),
                    EndedAt = table.Column<DateTime>(type: "TEXT", nullable: true),
                    ServedAt = table.Column<DateTime>(type: "TEXT", nullable: true),
                    Filter = table.Column<string>(type: "TEXT", nullable: false),
                    Quote = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Job", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "JobItem",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    JobRowId = table.Column<long>(type: "INTEGER", nullable: false),
                    MediaRowId = table.Column<long>(type: "INTEGER", nullable: false),
                    State = table.Column<string>(type: "TEXT", nullable: false),
                    Attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    NotBefore = table.Column<DateTime>(type: "TEXT", nullable: false),
                    ClaimedBy = table.Column<string>(type: "TEXT", nullable: true),
                    ClaimedUntil = table.Column<DateTime>(type: "TEXT", nullable: true),
                    Reason = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_JobItem", x => x.Id);
                    table.ForeignKey(
                        name: "FK_JobItem_Job_JobRowId",
                        column: x => x.JobRowId,
                        principalTable: "Job",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_JobItem_Media_MediaRowId",
                        column: x => x.MediaRowId,
                        principalTable: "Media",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Job_JobID",
                table: "Job",
                column: "JobID",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Job_ServedAt",
                table: "Job",
                column: "ServedAt");

            migrationBuilder.CreateIndex(
                name: "IX_Job_State",
                table: "Job",
                column: "State");

            migrationBuilder.CreateIndex(
                name: "IX_JobItem_JobRowId_MediaRowId",
                table: "JobItem",
                columns: new[] { "JobRowId", "MediaRowId" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_JobItem_JobRowId_State_Id",
                table: "JobItem",
                columns: new[] { "JobRowId", "State", "Id" },
                filter: "\"State\" IN ('waiting', 'claimed')");

            migrationBuilder.CreateIndex(
                name: "IX_JobItem_MediaRowId",
                table: "JobItem",
                column: "MediaRowId");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "JobItem");

            migrationBuilder.DropTable(
                name: "Job");
        }
    }
}
