using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Lynceus.Cloud.Rows.Migrations
{
    /// <inheritdoc />
    public partial class Labels : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Behavior",
                table: "Observation",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "Current",
                table: "Observation",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<float>(
                name: "H",
                table: "Observation",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "LabelRowId",
                table: "Observation",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "LifeStage",
                table: "Observation",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Sex",
                table: "Observation",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<float>(
                name: "W",
                table: "Observation",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<float>(
                name: "X",
                table: "Observation",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<float>(
                name: "Y",
                table: "Observation",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "AcceptedAt",
                table: "Job",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "JudgedAt",
                table: "Job",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "JudgedBy",
                table: "Job",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Judgement",
                table: "Job",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "SwitchedTo",
                table: "Job",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "AcceptedAt",
                table: "DetectionRun",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "Current",
                table: "DetectionRun",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "Label",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    LabelID = table.Column<string>(type: "TEXT", nullable: false),
                    MediaRowId = table.Column<long>(type: "INTEGER", nullable: false),
                    Kind = table.Column<string>(type: "TEXT", nullable: false),
                    By = table.Column<string>(type: "TEXT", nullable: false),
                    At = table.Column<DateTime>(type: "TEXT", nullable: false),
                    Comment = table.Column<string>(type: "TEXT", nullable: true),
                    WithdrawsRowId = table.Column<long>(type: "INTEGER", nullable: true),
                    Current = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Label", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Label_Media_MediaRowId",
                        column: x => x.MediaRowId,
                        principalTable: "Media",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Observation_LabelRowId",
                table: "Observation",
                column: "LabelRowId",
                filter: "\"LabelRowId\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Observation_ObservationType_MediaRowId",
                table: "Observation",
                columns: new[] { "ObservationType", "MediaRowId" },
                filter: "\"Current\"");

            migrationBuilder.CreateIndex(
                name: "IX_Observation_ScientificName_MediaRowId",
                table: "Observation",
                columns: new[] { "ScientificName", "MediaRowId" },
                filter: "\"Current\"");

            migrationBuilder.CreateIndex(
                name: "IX_DetectionRun_Model_Version",
                table: "DetectionRun",
                columns: new[] { "Model", "Version" },
                filter: "\"Current\"");

            migrationBuilder.CreateIndex(
                name: "IX_Label_LabelID",
                table: "Label",
                column: "LabelID",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Label_MediaRowId",
                table: "Label",
                column: "MediaRowId");

            CurrentAtFirst.Mark(migrationBuilder);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "Label");

            migrationBuilder.DropIndex(
                name: "IX_Observation_LabelRowId",
                table: "Observation");

            migrationBuilder.DropIndex(
                name: "IX_Observation_ObservationType_MediaRowId",
                table: "Observation");

            migrationBuilder.DropIndex(
                name: "IX_Observation_ScientificName_MediaRowId",
                table: "Observation");

            migrationBuilder.DropIndex(
                name: "IX_DetectionRun_Model_Version",
                table: "DetectionRun");

            migrationBuilder.DropColumn(
                name: "Behavior",
                table: "Observation");

            migrationBuilder.DropColumn(
                name: "Current",
                table: "Observation");

            migrationBuilder.DropColumn(
                name: "H",
                table: "Observation");

            migrationBuilder.DropColumn(
                name: "LabelRowId",
                table: "Observation");

            migrationBuilder.DropColumn(
                name: "LifeStage",
                table: "Observation");

            migrationBuilder.DropColumn(
                name: "Sex",
                table: "Observation");

            migrationBuilder.DropColumn(
                name: "W",
                table: "Observation");

            migrationBuilder.DropColumn(
                name: "X",
                table: "Observation");

            migrationBuilder.DropColumn(
                name: "Y",
                table: "Observation");

            migrationBuilder.DropColumn(
                name: "AcceptedAt",
                table: "Job");

            migrationBuilder.DropColumn(
                name: "JudgedAt",
                table: "Job");

            migrationBuilder.DropColumn(
                name: "JudgedBy",
                table: "Job");

            migrationBuilder.DropColumn(
                name: "Judgement",
                table: "Job");

            migrationBuilder.DropColumn(
                name: "SwitchedTo",
                table: "Job");

            migrationBuilder.DropColumn(
                name: "AcceptedAt",
                table: "DetectionRun");

            migrationBuilder.DropColumn(
                name: "Current",
                table: "DetectionRun");
        }
    }
}
