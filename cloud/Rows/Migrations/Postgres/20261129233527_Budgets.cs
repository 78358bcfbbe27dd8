using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Lynceus.Cloud.Rows.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Budgets : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "BudgetMonth",
                table: "Job",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<double>(
                name: "ProcessorSeconds",
                table: "Job",
                type: "double precision",
                nullable: false,
                defaultValue: 0.0);

            migrationBuilder.AddColumn<double>(
                name: "ProcessorMilliseconds",
                table: "DetectionRun",
                type: "double precision",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Together",
                table: "DetectionRun",
                type: "integer",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "Budget",
                columns: table => new
                {
                    Project = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    MonthlyLimit = table.Column<double>(type: "double precision", nullable: false),
                    SetAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Budget", x => x.Project);
                });

            migrationBuilder.CreateTable(
                name: "Spend",
                columns: table => new
                {
                    Project = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Month = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Money = table.Column<double>(type: "double precision", nullable: false),
                    ProcessorSeconds = table.Column<double>(type: "double precision", nullable: false),
                    Looks = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Spend", x => new { x.Project, x.Month });
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "Budget");

            migrationBuilder.DropTable(
                name: "Spend");

            migrationBuilder.DropColumn(
                name: "BudgetMonth",
                table: "Job");

            migrationBuilder.DropColumn(
                name: "ProcessorSeconds",
                table: "Job");

            migrationBuilder.DropColumn(
                name: "ProcessorMilliseconds",
                table: "DetectionRun");

            migrationBuilder.DropColumn(
                name: "Together",
                table: "DetectionRun");
        }
    }
}
