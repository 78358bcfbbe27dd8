using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Lynceus.Cloud.Rows.Migrations.Postgres
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
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Unsuppressed",
                table: "Observation",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<long>(
                name: "RepeatRowId",
                table: "Detection",
                type: "bigint",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "Place",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    DeploymentID = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Hub = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    CameraID = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Code = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    SetAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Place", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Repeat",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    Hub = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    CameraID = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    DeploymentID = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ObservationType = table.Column<string>(type: "text", nullable: false),
                    X = table.Column<float>(type: "real", nullable: false),
                    Y = table.Column<float>(type: "real", nullable: false),
                    W = table.Column<float>(type: "real", nullable: false),
                    H = table.Column<float>(type: "real", nullable: false),
                    IoU = table.Column<float>(type: "real", nullable: false),
                    MostConf = table.Column<float>(type: "real", nullable: false),
                    Count = table.Column<int>(type: "integer", nullable: false),
                    Days = table.Column<int>(type: "integer", nullable: false),
                    First = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    Last = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    Examples = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    State = table.Column<string>(type: "text", nullable: false),
                    DecidedBy = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    DecidedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    FoundAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    SettledTo = table.Column<long>(type: "bigint", nullable: true)
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
