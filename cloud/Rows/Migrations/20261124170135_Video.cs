using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Lynceus.Cloud.Rows.Migrations
{
    /// <inheritdoc />
    public partial class Video : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "BestFrame",
                table: "DetectionRun",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "FrameRate",
                table: "DetectionRun",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Frames",
                table: "DetectionRun",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Frame",
                table: "Detection",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Track",
                table: "Detection",
                type: "INTEGER",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "BestFrame",
                table: "DetectionRun");

            migrationBuilder.DropColumn(
                name: "FrameRate",
                table: "DetectionRun");

            migrationBuilder.DropColumn(
                name: "Frames",
                table: "DetectionRun");

            migrationBuilder.DropColumn(
                name: "Frame",
                table: "Detection");

            migrationBuilder.DropColumn(
                name: "Track",
                table: "Detection");
        }
    }
}
