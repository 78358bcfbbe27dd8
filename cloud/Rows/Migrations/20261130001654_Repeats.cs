using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Lynceus.Cloud.Rows.Migrations
{
    /// <inheritdoc />
    public partial class Repeats : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "RepeatRowId",
                table: "Observation",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Unsuppressed",
                table: "Observation",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "RepeatRowId",
                table: "Detection",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "Place",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    DeploymentID = table.Column<string>(type: "TEXT", nullable: false),
                    Hub = table.Column<string>(type: "TEXT", nullable: false),
                    CameraID = table.Column<string>(type: "TEXT", nullable: false),
                    Code = table.Column<string>(type: "TEXT", nullable: false),
                    SetAt = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Place", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Repeat",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Hub = table.Column<string>(type: "TEXT", nullable: false),
                    CameraID = table.Column<string>(type: "TEXT", nullable: false),
                    DeploymentID = table.Column<string>(type: "TEXT", nullable: true),
                    ObservationType = table.Column<string>(type: "TEXT", nullable: false),
                    X = table.Column<float>(type: "REAL", nullable: false),
                    Y = table.Column<float>(type: "REAL", nullable: false),
                    W = table.Column<float>(type: "REAL", nullable: false),
                    H = table.Column<float>(type: "REAL", nullable: false),
                    IoU = table.Column<float>(type: "REAL", nullable: false),
                    MostConf = table.Column<float>(type: "REAL", nullable: false),
                    Count = table.Column<int>(type: "INTEGER", nullable: false),
                    Days = table.Column<int>(type: "INTEGER", nullable: false),
                    First = table.Column<DateTime>(type: "TEXT", nullable: false),
                    Last = table.Column<DateTime>(type: "TEXT", nullable: false),
                    Examples = table.Column<string>(type: "TEXT", nullable: false),
                    State = table.Column<string>(type: "TEXT", nullable: false),
                    DecidedBy = table.Column<string>(type: "TEXT", nullable: true),
                    DecidedAt = table.Column<DateTime>(type: "TEXT", nullable: true),
                    FoundAt = table.Column<DateTime>(type: "TEXT", nullable: false),
                    SettledTo = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Repeat", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Detection_RepeatRowId",
                table: "Detection",
                column: "RepeatRowId",
                filter: "\"RepeatRowId\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Place_DeploymentID_Hub_CameraID",
                table: "Place",
                columns: new[] { "DeploymentID", "Hub", "CameraID" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Repeat_Hub_CameraID_State",
                table: "Repeat",
                columns: new[] { "Hub", "CameraID", "State" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "Place");

            migrationBuilder.DropTable(
                name: "Repeat");

            migrationBuilder.DropIndex(
                name: "IX_Detection_RepeatRowId",
                table: "Detection");

            migrationBuilder.DropColumn(
                name: "RepeatRowId",
                table: "Observation");

            migrationBuilder.DropColumn(
                name: "Unsuppressed",
                table: "Observation");

            migrationBuilder.DropColumn(
                name: "RepeatRowId",
                table: "Detection");
        }
    }
}
