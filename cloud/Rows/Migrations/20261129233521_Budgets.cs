using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Lynceus.Cloud.Rows.Migrations
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
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "ProcessorSeconds",
                table: "Job",
                type: "REAL",
                nullable: false,
                defaultValue: 0.0);

            migrationBuilder.AddColumn<double>(
                name: "ProcessorMilliseconds",
                table: "DetectionRun",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Together",
                table: "DetectionRun",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "Budget",
                columns: table => new
                {
                    Project = table.Column<string>(type: "TEXT", nullable: false),
                    MonthlyLimit = table.Column<double>(type: "REAL", nullable: false),
                    SetAt = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Budget", x => x.Project);
                });

            migrationBuilder.CreateTable(
                name: "Spend",
                columns: table => new
                {
                    Project = table.Column<string>(type: "TEXT", nullable: false),
                    Month = table.Column<string>(type: "TEXT", nullable: false),
                    Money = table.Column<double>(type: "REAL", nullable: false),
                    ProcessorSeconds = table.Column<double>(type: "REAL", nullable: false),
                    Looks = table.Column<long>(type: "INTEGER", nullable: false)
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
