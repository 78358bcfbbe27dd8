using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Lynceus.Cloud.Rows.Migrations.Postgres
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
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "IndividualID",
                table: "Observation",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "ObservationID",
                table: "Observation",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "Package",
                table: "Observation",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "Package",
                table: "Media",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<long>(
                name: "DeploymentRowId",
                table: "Capture",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "OffsetRepaired",
                table: "Capture",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "ShiftMs",
                table: "Capture",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.CreateTable(
                name: "ClockRepair",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    RepairID = table.Column<string>(type: "character varying(36)", nullable: false),
                    Hub = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    CameraID = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    From = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    To = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    ShiftMs = table.Column<long>(type: "bigint", nullable: false),
                    DriftPpm = table.Column<double>(type: "double precision", nullable: false),
                    Anchor = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    OffsetMinutes = table.Column<int>(type: "integer", nullable: true),
                    By = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    At = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    Comment = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    UndoneAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    UndoneBy = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ClockRepair", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Deployment",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    DeploymentID = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Project = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Hub = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    CameraID = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    FromCaptures = table.Column<bool>(type: "boolean", nullable: false),
                    LocationID = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    LocationName = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Latitude = table.Column<double>(type: "double precision", nullable: true),
                    Longitude = table.Column<double>(type: "double precision", nullable: true),
                    CoordinateUncertainty = table.Column<double>(type: "double precision", nullable: true),
                    Start = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    StartLocal = table.Column<DateTime>(type: "timestamp without time zone", nullable: false),
                    StartOffset = table.Column<int>(type: "integer", nullable: false),
                    End = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    EndLocal = table.Column<DateTime>(type: "timestamp without time zone", nullable: true),
                    EndOffset = table.Column<int>(type: "integer", nullable: true),
                    SetupBy = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    CameraModel = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    CameraDelay = table.Column<int>(type: "integer", nullable: true),
                    CameraHeight = table.Column<double>(type: "double precision", nullable: true),
                    CameraDepth = table.Column<double>(type: "double precision", nullable: true),
                    CameraTilt = table.Column<int>(type: "integer", nullable: true),
                    CameraHeading = table.Column<int>(type: "integer", nullable: true),
                    DetectionDistance = table.Column<double>(type: "double precision", nullable: true),
                    TimestampIssues = table.Column<bool>(type: "boolean", nullable: true),
                    BaitUse = table.Column<bool>(type: "boolean", nullable: true),
                    FeatureType = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Habitat = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Groups = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Tags = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Comments = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    SetUpMedia = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    CalibrationMedia = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Package = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Revision = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Deployment", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Event",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    DeploymentRowId = table.Column<long>(type: "bigint", nullable: false),
                    EventID = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    CaptureMethod = table.Column<string>(type: "text", nullable: true),
                    ObservationType = table.Column<string>(type: "text", nullable: false),
                    ScientificName = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Start = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    StartLocal = table.Column<DateTime>(type: "timestamp without time zone", nullable: false),
                    StartOffset = table.Column<int>(type: "integer", nullable: false),
                    End = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    Count = table.Column<int>(type: "integer", nullable: false),
                    Media = table.Column<int>(type: "integer", nullable: false),
                    Model = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Human = table.Column<bool>(type: "boolean", nullable: false),
                    Independent = table.Column<int>(type: "integer", nullable: false),
                    IndependentFirst = table.Column<int>(type: "integer", nullable: false),
                    SunTime = table.Column<double>(type: "double precision", nullable: true),
                    Night = table.Column<bool>(type: "boolean", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Event", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "EventWord",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    DeploymentRowId = table.Column<long>(type: "bigint", nullable: false),
                    ObservationID = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    EventID = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Start = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    StartLocal = table.Column<DateTime>(type: "timestamp without time zone", nullable: false),
                    StartOffset = table.Column<int>(type: "integer", nullable: false),
                    End = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    EndLocal = table.Column<DateTime>(type: "timestamp without time zone", nullable: false),
                    EndOffset = table.Column<int>(type: "integer", nullable: false),
                    CaptureMethod = table.Column<string>(type: "text", nullable: true),
                    ObservationType = table.Column<string>(type: "text", nullable: false),
                    ScientificName = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Count = table.Column<int>(type: "integer", nullable: true),
                    LifeStage = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Sex = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Behavior = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    IndividualID = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ClassificationMethod = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ClassifiedBy = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ClassificationTimestamp = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    ClassificationProbability = table.Column<double>(type: "double precision", nullable: true),
                    Package = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    At = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_EventWord", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Outage",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    DeploymentRowId = table.Column<long>(type: "bigint", nullable: false),
                    Kind = table.Column<string>(type: "text", nullable: false),
                    State = table.Column<string>(type: "text", nullable: false),
                    From = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    To = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    By = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    At = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    Comment = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Outage", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Project",
                columns: table => new
                {
                    Name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Title = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    EventGapSeconds = table.Column<int>(type: "integer", nullable: false),
                    IndependenceMinutes = table.Column<int>(type: "integer", nullable: false),
                    Package = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Project", x => x.Name);
                });

            migrationBuilder.CreateTable(
                name: "Tally",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    DeploymentRowId = table.Column<long>(type: "bigint", nullable: false),
                    DayLocal = table.Column<DateTime>(type: "timestamp without time zone", nullable: false),
                    Hour = table.Column<int>(type: "integer", nullable: false),
                    CaptureMethod = table.Column<string>(type: "text", nullable: true),
                    ObservationType = table.Column<string>(type: "text", nullable: false),
                    ScientificName = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Model = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Events = table.Column<int>(type: "integer", nullable: false),
                    Independent = table.Column<int>(type: "integer", nullable: false),
                    IndependentFirst = table.Column<int>(type: "integer", nullable: false),
                    Individuals = table.Column<int>(type: "integer", nullable: false),
                    HumanChecked = table.Column<int>(type: "integer", nullable: false),
                    Night = table.Column<int>(type: "integer", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Tally", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Touched",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    DeploymentRowId = table.Column<long>(type: "bigint", nullable: false)
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
