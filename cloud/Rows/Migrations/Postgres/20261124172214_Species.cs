using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Lynceus.Cloud.Rows.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Species : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "ScientificName",
                table: "Observation",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "TaxonRank",
                table: "Observation",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<float>(
                name: "NameProbability",
                table: "Detection",
                type: "real",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ScientificName",
                table: "Detection",
                type: "text",
                nullable: true,
                collation: "C");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "ScientificName",
                table: "Observation");

            migrationBuilder.DropColumn(
                name: "TaxonRank",
                table: "Observation");

            migrationBuilder.DropColumn(
                name: "NameProbability",
                table: "Detection");

            migrationBuilder.DropColumn(
                name: "ScientificName",
                table: "Detection");
        }
    }
}
