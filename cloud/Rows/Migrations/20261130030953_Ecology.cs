using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Lynceus.Cloud.Rows.Migrations
{
    /// <inheritdoc />
    public partial class Ecology : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "EventID",
                table: "Observation",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "IndividualID",
                table: "Observation",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ObservationID",
                table: "Observation",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Package",
                table: "Observation",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Package",
                table: "Media",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "DeploymentRowId",
                table: "Capture",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "OffsetRepaired",
                table: "Capture",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "ShiftMs",
                table: "Capture",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.CreateTable(
                name: "ClockRepair",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    RepairID = table.Column<string>(type: "TEXT", nullable: false),
                    Hub = table.Column<string>(type: "TEXT", nullable: false),
                    CameraID = table.Column<string>(type: "TEXT", nullable: false),
                    From = table.Column<DateTime>(type: "TEXT", nullable: true),
                    To = table.Column<DateTime>(type: "TEXT", nullable: true),
                    ShiftMs = table.Column<long>(type: "INTEGER", nullable: false),
                    DriftPpm = table.Column<double>(type: "REAL", nullable: false),
                    Anchor = table.Column<DateTime>(type: "TEXT", nullable: false),
                    OffsetMinutes = table.Column<int>(type: "INTEGER", nullable: true),
                    By = table.Column<string>(type: "TEXT", nullable: false),
                    At = table.Column<DateTime>(type: "TEXT", nullable: false),
                    Comment = table.Column<string>(type: "TEXT", nullable: true),
                    UndoneAt = table.Column<DateTime>(type: "TEXT", nullable: true),
                    UndoneBy = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ClockRepair", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Deployment",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    DeploymentID = table.Column<string>(type: "TEXT", nullable: false),
                    Project = table.Column<string>(type: "TEXT", nullable: false),
                    Hub = table.Column<string>(type: "TEXT", nullable: true),
                    CameraID = table.Column<string>(type: "TEXT", nullable: true),
                    FromCaptures = table.Column<bool>(type: "INTEGER", nullable: false),
                    LocationID = table.Column<string>(type: "TEXT", nullable: true),
                    LocationName = table.Column<string>(type: "TEXT", nullable: true),
                    Latitude = table.Column<double>(type: "REAL", nullable: true),
                    Longitude = table.Column<double>(type: "REAL", nullable: true),
                    CoordinateUncertainty = table.Column<double>(type: "REAL", nullable: true),
                    Start = table.Column<DateTime>(type: "TEXT", nullable: false),
                    StartLocal = table.Column<DateTime>(type: "TEXT", nullable: false),
                    StartOffset = table.Column<int>(type: "INTEGER", nullable: false),
                    End = table.Column<DateTime>(type: "TEXT", nullable: true),
                    EndLocal = table.Column<DateTime>(type: "TEXT", nullable: true),
                    EndOffset = table.Column<int>(type: "INTEGER", nullable: true),
                    SetupBy = table.Column<string>(type: "TEXT", nullable: true),
                    CameraModel = table.Column<string>(type: "TEXT", nullable: true),
                    CameraDelay = table.Column<int>(type: "INTEGER", nullable: true),
                    CameraHeight = table.Column<double>(type: "REAL", nullable: true),
                    CameraDepth = table.Column<double>(type: "REAL", nullable: true),
                    CameraTilt = table.Column<int>(type: "INTEGER", nullable: true),
                    CameraHeading = table.Column<int>(type: "INTEGER", nullable: true),
                    DetectionDistance = table.Column<double>(type: "REAL", nullable: true),
                    TimestampIssues = table.Column<bool>(type: "INTEGER", nullable: true),
                    BaitUse = table.Column<bool>(type: "INTEGER", nullable: true),
                    FeatureType = table.Column<string>(type: "TEXT", nullable: true),
                    Habitat = table.Column<string>(type: "TEXT", nullable: true),
                    Groups = table.Column<string>(type: "TEXT", nullable: true),
                    Tags = table.Column<string>(type: "TEXT", nullable: true),
                    Comments = table.Column<string>(type: "TEXT", nullable: true),
                    SetUpMedia = table.Column<string>(type: "TEXT", nullable: true),
                    CalibrationMedia = table.Column<string>(type: "TEXT", nullable: true),
                    Package = table.Column<string>(type: "TEXT", nullable: true),
                    Revision = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Deployment", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Event",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    DeploymentRowId = table.Column<long>(type: "INTEGER", nullable: false),
                    EventID = table.Column<string>(type: "TEXT", nullable: false),
                    CaptureMethod = table.Column<string>(type: "TEXT", nullable: true),
                    ObservationType = table.Column<string>(type: "TEXT", nullable: false),
                    ScientificName = table.Column<string>(type: "TEXT", nullable: false),
                    Start = table.Column<DateTime>(type: "TEXT", nullable: false),
                    StartLocal = table.Column<DateTime>(type: "TEXT", nullable: false),
                    StartOffset = table.Column<int>(type: "INTEGER", nullable: false),
                    End = table.Column<DateTime>(type: "TEXT", nullable: false),
                    Count = table.Column<int>(type: "INTEGER", nullable: false),
                    Media = table.Column<int>(type: "INTEGER", nullable: false),
                    Model = table.Column<string>(type: "TEXT", nullable: false),
                    Human = table.Column<bool>(type: "INTEGER", nullable: false),
                    Independent = table.Column<int>(type: "INTEGER", nullable: false),
                    IndependentFirst = table.Column<int>(type: "INTEGER", nullable: false),
                    SunTime = table.Column<double>(type: "REAL", nullable: true),
                    Night = table.Column<bool>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Event", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "EventWord",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    DeploymentRowId = table.Column<long>(type: "INTEGER", nullable: false),
                    ObservationID = table.Column<string>(type: "TEXT", nullable: true),
                    EventID = table.Column<string>(type: "TEXT", nullable: false),
                    Start = table.Column<DateTime>(type: "TEXT", nullable: false),
                    StartLocal = table.Column<DateTime>(type: "TEXT", nullable: false),
                    StartOffset = table.Column<int>(type: "INTEGER", nullable: false),
                    End = table.Column<DateTime>(type: "TEXT", nullable: false),
                    EndLocal = table.Column<DateTime>(type: "TEXT", nullable: false),
                    EndOffset = table.Column<int>(type: "INTEGER", nullable: false),
                    CaptureMethod = table.Column<string>(type: "TEXT", nullable: true),
                    ObservationType = table.Column<string>(type: "TEXT", nullable: false),
                    ScientificName = table.Column<string>(type: "TEXT", nullable: true),
                    Count = table.Column<int>(type: "INTEGER", nullable: true),
                    LifeStage = table.Column<string>(type: "TEXT", nullable: true),
                    Sex = table.Column<string>(type: "TEXT", nullable: true),
                    Behavior = table.Column<string>(type: "TEXT", nullable: true),
                    IndividualID = table.Column<string>(type: "TEXT", nullable: true),
                    ClassificationMethod = table.Column<string>(type: "TEXT", nullable: false),
                    ClassifiedBy = table.Column<string>(type: "TEXT", nullable: false),
                    ClassificationTimestamp = table.Column<DateTime>(type: "TEXT", nullable: true),
                    ClassificationProbability = table.Column<double>(type: "REAL", nullable: true),
                    Package = table.Column<string>(type: "TEXT", nullable: true),
                    At = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_EventWord", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Outage",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    DeploymentRowId = table.Column<long>(type: "INTEGER", nullable: false),
                    Kind = table.Column<string>(type: "TEXT", nullable: false),
                    State = table.Column<string>(type: "TEXT", nullable: false),
                    From = table.Column<DateTime>(type: "TEXT", nullable: false),
                    To = table.Column<DateTime>(type: "TEXT", nullable: false),
                    By = table.Column<string>(type: "TEXT", nullable: true),
                    At = table.Column<DateTime>(type: "TEXT", nullable: false),
                    Comment = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Outage", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Project",
                columns: table => new
                {
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    Title = table.Column<string>(type: "TEXT", nullable: true),
                    EventGapSeconds = table.Column<int>(type: "INTEGER", nullable: false),
                    IndependenceMinutes = table.Column<int>(type: "INTEGER", nullable: false),
                    Package = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Project", x => x.Name);
                });

            migrationBuilder.CreateTable(
                name: "Tally",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    DeploymentRowId = table.Column<long>(type: "INTEGER", nullable: false),
                    DayLocal = table.Column<DateTime>(type: "TEXT", nullable: false),
                    Hour = table.Column<int>(type: "INTEGER", nullable: false),
                    CaptureMethod = table.Column<string>(type: "TEXT", nullable: true),
                    ObservationType = table.Column<string>(type: "TEXT", nullable: false),
                    ScientificName = table.Column<string>(type: "TEXT", nullable: false),
                    Model = table.Column<string>(type: "TEXT", nullable: false),
                    Events = table.Column<int>(type: "INTEGER", nullable: false),
                    Independent = table.Column<int>(type: "INTEGER", nullable: false),
                    IndependentFirst = table.Column<int>(type: "INTEGER", nullable: false),
                    Individuals = table.Column<int>(type: "INTEGER", nullable: false),
                    HumanChecked = table.Column<int>(type: "INTEGER", nullable: false),
                    Night = table.Column<int>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Tally", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Touched",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    DeploymentRowId = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Touched", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Capture_DeploymentRowId",
                table: "Capture",
                column: "DeploymentRowId");

            migrationBuilder.CreateIndex(
                name: "IX_ClockRepair_Hub_CameraID",
                table: "ClockRepair",
                columns: new[] { "Hub", "CameraID" });

            migrationBuilder.CreateIndex(
                name: "IX_ClockRepair_RepairID",
                table: "ClockRepair",
                column: "RepairID",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Deployment_DeploymentID",
                table: "Deployment",
                column: "DeploymentID",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Deployment_Hub_CameraID",
                table: "Deployment",
                columns: new[] { "Hub", "CameraID" });

            migrationBuilder.CreateIndex(
                name: "IX_Event_DeploymentRowId_Start",
                table: "Event",
                columns: new[] { "DeploymentRowId", "Start" });

            migrationBuilder.CreateIndex(
                name: "IX_Event_ObservationType_ScientificName_Start",
                table: "Event",
                columns: new[] { "ObservationType", "ScientificName", "Start" });

            migrationBuilder.CreateIndex(
                name: "IX_EventWord_DeploymentRowId",
                table: "EventWord",
                column: "DeploymentRowId");

            migrationBuilder.CreateIndex(
                name: "IX_Outage_DeploymentRowId",
                table: "Outage",
                column: "DeploymentRowId");

            migrationBuilder.CreateIndex(
                name: "IX_Tally_DeploymentRowId_DayLocal",
                table: "Tally",
                columns: new[] { "DeploymentRowId", "DayLocal" });

            migrationBuilder.CreateIndex(
                name: "IX_Tally_ObservationType_ScientificName_DayLocal",
                table: "Tally",
                columns: new[] { "ObservationType", "ScientificName", "DayLocal" });

            migrationBuilder.CreateIndex(
                name: "IX_Touched_DeploymentRowId",
                table: "Touched",
                column: "DeploymentRowId");

            DeploymentsAtFirst.Make(migrationBuilder);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ClockRepair");

            migrationBuilder.DropTable(
                name: "Deployment");

            migrationBuilder.DropTable(
                name: "Event");

            migrationBuilder.DropTable(
                name: "EventWord");

            migrationBuilder.DropTable(
                name: "Outage");

            migrationBuilder.DropTable(
                name: "Project");

            migrationBuilder.DropTable(
                name: "Tally");

            migrationBuilder.DropTable(
                name: "Touched");

            migrationBuilder.DropIndex(
                name: "IX_Capture_DeploymentRowId",
                table: "Capture");

            migrationBuilder.DropColumn(
                name: "EventID",
                table: "Observation");

            migrationBuilder.DropColumn(
                name: "IndividualID",
                table: "Observation");

            migrationBuilder.DropColumn(
                name: "ObservationID",
                table: "Observation");

            migrationBuilder.DropColumn(
                name: "Package",
                table: "Observation");

            migrationBuilder.DropColumn(
                name: "Package",
                table: "Media");

            migrationBuilder.DropColumn(
                name: "DeploymentRowId",
                table: "Capture");

            migrationBuilder.DropColumn(
                name: "OffsetRepaired",
                table: "Capture");

            migrationBuilder.DropColumn(
                name: "ShiftMs",
                table: "Capture");
        }
    }
}
