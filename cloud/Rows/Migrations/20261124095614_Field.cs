using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Lynceus.Cloud.Rows.Migrations
{
    /// <inheritdoc />
    public partial class Field : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "MonotonicMs",
                table: "Media",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ModelProblem",
                table: "Hub",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "AuditStratum",
                table: "Capture",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ClockSteps",
                table: "Capture",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "Incomplete",
                table: "Capture",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Rule",
                table: "Capture",
                type: "TEXT",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "MonotonicMs",
                table: "Media");

            migrationBuilder.DropColumn(
                name: "ModelProblem",
                table: "Hub");

            migrationBuilder.DropColumn(
                name: "AuditStratum",
                table: "Capture");

            migrationBuilder.DropColumn(
                name: "ClockSteps",
                table: "Capture");

            migrationBuilder.DropColumn(
                name: "Incomplete",
                table: "Capture");

            migrationBuilder.DropColumn(
                name: "Rule",
                table: "Capture");
        }
    }
}
