using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Lynceus.Cloud.Rows.Migrations
{
    /// <inheritdoc />
    public partial class Start : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "Capture",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    CaptureID = table.Column<string>(type: "TEXT", nullable: false),
                    Hub = table.Column<string>(type: "TEXT", nullable: false),
                    CameraID = table.Column<string>(type: "TEXT", nullable: false),
                    DeploymentID = table.Column<string>(type: "TEXT", nullable: true),
                    BootId = table.Column<string>(type: "TEXT", nullable: false),
                    Epoch = table.Column<string>(type: "TEXT", nullable: false),
                    Seq = table.Column<long>(type: "INTEGER", nullable: false),
                    MonotonicMs = table.Column<long>(type: "INTEGER", nullable: true),
                    ClockQuality = table.Column<string>(type: "TEXT", nullable: false),
                    CaptureMethod = table.Column<string>(type: "TEXT", nullable: true),
                    Trigger = table.Column<string>(type: "TEXT", nullable: false),
                    EventStart = table.Column<DateTime>(type: "TEXT", nullable: false),
                    EventStartLocal = table.Column<DateTime>(type: "TEXT", nullable: false),
                    EventStartOffset = table.Column<int>(type: "INTEGER", nullable: false),
                    EventEnd = table.Column<DateTime>(type: "TEXT", nullable: false),
                    EventEndLocal = table.Column<DateTime>(type: "TEXT", nullable: false),
                    EventEndOffset = table.Column<int>(type: "INTEGER", nullable: false),
                    Verdict = table.Column<string>(type: "TEXT", nullable: false),
                    Reason = table.Column<string>(type: "TEXT", nullable: false),
                    Score = table.Column<float>(type: "REAL", nullable: true),
                    AuditProbability = table.Column<float>(type: "REAL", nullable: true),
                    GateModel = table.Column<string>(type: "TEXT", nullable: false),
                    GateVersion = table.Column<string>(type: "TEXT", nullable: false),
                    GateProfile = table.Column<string>(type: "TEXT", nullable: true),
                    ReceivedAt = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Capture", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Effort",
                columns: table => new
                {
                    EffortID = table.Column<string>(type: "TEXT", nullable: false),
                    Hub = table.Column<string>(type: "TEXT", nullable: false),
                    CameraID = table.Column<string>(type: "TEXT", nullable: false),
                    DeploymentID = table.Column<string>(type: "TEXT", nullable: true),
                    Hour = table.Column<DateTime>(type: "TEXT", nullable: false),
                    HourOffset = table.Column<int>(type: "INTEGER", nullable: false),
                    Source = table.Column<string>(type: "TEXT", nullable: false),
                    Revision = table.Column<long>(type: "INTEGER", nullable: false),
                    Triggers = table.Column<int>(type: "INTEGER", nullable: false),
                    Suppressed = table.Column<int>(type: "INTEGER", nullable: false),
                    Sent = table.Column<int>(type: "INTEGER", nullable: false),
                    Kept = table.Column<int>(type: "INTEGER", nullable: false),
                    Dropped = table.Column<int>(type: "INTEGER", nullable: false),
                    Audited = table.Column<int>(type: "INTEGER", nullable: false),
                    Drops = table.Column<string>(type: "TEXT", nullable: false),
                    GateModel = table.Column<string>(type: "TEXT", nullable: false),
                    GateVersion = table.Column<string>(type: "TEXT", nullable: false),
                    GateProfile = table.Column<string>(type: "TEXT", nullable: true),
                    ReceivedAt = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Effort", x => x.EffortID);
                });

            migrationBuilder.CreateTable(
                name: "Hub",
                columns: table => new
                {
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    Online = table.Column<bool>(type: "INTEGER", nullable: false),
                    BootId = table.Column<string>(type: "TEXT", nullable: true),
                    Epoch = table.Column<string>(type: "TEXT", nullable: true),
                    StateSeq = table.Column<long>(type: "INTEGER", nullable: false),
                    SoftwareVersion = table.Column<string>(type: "TEXT", nullable: true),
                    Model = table.Column<string>(type: "TEXT", nullable: true),
                    ModelVersion = table.Column<string>(type: "TEXT", nullable: true),
                    FirstSeen = table.Column<DateTime>(type: "TEXT", nullable: false),
                    LastSeen = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Hub", x => x.Name);
                });

            migrationBuilder.CreateTable(
                name: "HubCredential",
                columns: table => new
                {
                    Hub = table.Column<string>(type: "TEXT", nullable: false),
                    Salt = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Iterations = table.Column<int>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_HubCredential", x => x.Hub);
                });

            migrationBuilder.CreateTable(
                name: "Media",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    MediaID = table.Column<string>(type: "TEXT", nullable: false),
                    CaptureRowId = table.Column<long>(type: "INTEGER", nullable: false),
                    Timestamp = table.Column<DateTime>(type: "TEXT", nullable: false),
                    TimestampLocal = table.Column<DateTime>(type: "TEXT", nullable: false),
                    TimestampOffset = table.Column<int>(type: "INTEGER", nullable: false),
                    FilePath = table.Column<string>(type: "TEXT", nullable: false),
                    FileMediatype = table.Column<string>(type: "TEXT", nullable: false),
                    Width = table.Column<int>(type: "INTEGER", nullable: true),
                    Height = table.Column<int>(type: "INTEGER", nullable: true),
                    VideoSeconds = table.Column<double>(type: "REAL", nullable: true),
                    Truncated = table.Column<bool>(type: "INTEGER", nullable: false),
                    Blurred = table.Column<bool>(type: "INTEGER", nullable: false),
                    Failure = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Media", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Media_Capture_CaptureRowId",
                        column: x => x.CaptureRowId,
                        principalTable: "Capture",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "DetectionRun",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    MediaRowId = table.Column<long>(type: "INTEGER", nullable: false),
                    Model = table.Column<string>(type: "TEXT", nullable: false),
                    Version = table.Column<string>(type: "TEXT", nullable: false),
                    Source = table.Column<string>(type: "TEXT", nullable: false),
                    Status = table.Column<string>(type: "TEXT", nullable: false),
                    Reason = table.Column<string>(type: "TEXT", nullable: true),
                    At = table.Column<DateTime>(type: "TEXT", nullable: false),
                    Width = table.Column<int>(type: "INTEGER", nullable: true),
                    Height = table.Column<int>(type: "INTEGER", nullable: true),
                    Milliseconds = table.Column<double>(type: "REAL", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_DetectionRun", x => x.Id);
                    table.ForeignKey(
                        name: "FK_DetectionRun_Media_MediaRowId",
                        column: x => x.MediaRowId,
                        principalTable: "Media",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "MediaTier",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    MediaRowId = table.Column<long>(type: "INTEGER", nullable: false),
                    Tier = table.Column<string>(type: "TEXT", nullable: false),
                    Bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    Sha256 = table.Column<string>(type: "TEXT", nullable: false),
                    FileMediatype = table.Column<string>(type: "TEXT", nullable: false),
                    Offset = table.Column<long>(type: "INTEGER", nullable: false),
                    StoredAt = table.Column<DateTime>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_MediaTier", x => x.Id);
                    table.ForeignKey(
                        name: "FK_MediaTier_Media_MediaRowId",
                        column: x => x.MediaRowId,
                        principalTable: "Media",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Observation",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    MediaRowId = table.Column<long>(type: "INTEGER", nullable: false),
                    Model = table.Column<string>(type: "TEXT", nullable: false),
                    Version = table.Column<string>(type: "TEXT", nullable: false),
                    Source = table.Column<string>(type: "TEXT", nullable: false),
                    ObservationType = table.Column<string>(type: "TEXT", nullable: false),
                    Count = table.Column<int>(type: "INTEGER", nullable: true),
                    ClassificationProbability = table.Column<float>(type: "REAL", nullable: true),
                    ClassificationMethod = table.Column<string>(type: "TEXT", nullable: false),
                    ClassifiedBy = table.Column<string>(type: "TEXT", nullable: false),
                    ClassificationTimestamp = table.Column<DateTime>(type: "TEXT", nullable: false),
                    EventStart = table.Column<DateTime>(type: "TEXT", nullable: false),
                    EventStartLocal = table.Column<DateTime>(type: "TEXT", nullable: false),
                    EventStartOffset = table.Column<int>(type: "INTEGER", nullable: false),
                    EventEnd = table.Column<DateTime>(type: "TEXT", nullable: false),
                    EventEndLocal = table.Column<DateTime>(type: "TEXT", nullable: false),
                    EventEndOffset = table.Column<int>(type: "INTEGER", nullable: false),
                    Reason = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Observation", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Observation_Media_MediaRowId",
                        column: x => x.MediaRowId,
                        principalTable: "Media",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Detection",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    RunRowId = table.Column<long>(type: "INTEGER", nullable: false),
                    ObservationType = table.Column<string>(type: "TEXT", nullable: false),
                    Label = table.Column<string>(type: "TEXT", nullable: false),
                    Conf = table.Column<float>(type: "REAL", nullable: false),
                    X = table.Column<float>(type: "REAL", nullable: false),
                    Y = table.Column<float>(type: "REAL", nullable: false),
                    W = table.Column<float>(type: "REAL", nullable: false),
                    H = table.Column<float>(type: "REAL", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Detection", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Detection_DetectionRun_RunRowId",
                        column: x => x.RunRowId,
                        principalTable: "DetectionRun",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Chunk",
                columns: table => new
                {
                    TierRowId = table.Column<long>(type: "INTEGER", nullable: false),
                    Offset = table.Column<long>(type: "INTEGER", nullable: false),
                    Length = table.Column<int>(type: "INTEGER", nullable: false),
                    Bytes = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Chunk", x => new { x.TierRowId, x.Offset });
                    table.ForeignKey(
                        name: "FK_Chunk_MediaTier_TierRowId",
                        column: x => x.TierRowId,
                        principalTable: "MediaTier",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Capture_CaptureID",
                table: "Capture",
                column: "CaptureID",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Capture_Hub_CameraID_EventStart",
                table: "Capture",
                columns: new[] { "Hub", "CameraID", "EventStart" });

            migrationBuilder.CreateIndex(
                name: "IX_Detection_RunRowId",
                table: "Detection",
                column: "RunRowId");

            migrationBuilder.CreateIndex(
                name: "IX_DetectionRun_MediaRowId_Model_Version_Source",
                table: "DetectionRun",
                columns: new[] { "MediaRowId", "Model", "Version", "Source" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Effort_Hub_Hour",
                table: "Effort",
                columns: new[] { "Hub", "Hour" });

            migrationBuilder.CreateIndex(
                name: "IX_Media_CaptureRowId",
                table: "Media",
                column: "CaptureRowId");

            migrationBuilder.CreateIndex(
                name: "IX_Media_MediaID",
                table: "Media",
                column: "MediaID",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Media_Timestamp",
                table: "Media",
                column: "Timestamp");

            migrationBuilder.CreateIndex(
                name: "IX_MediaTier_MediaRowId_Tier",
                table: "MediaTier",
                columns: new[] { "MediaRowId", "Tier" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_MediaTier_Sha256",
                table: "MediaTier",
                column: "Sha256");

            migrationBuilder.CreateIndex(
                name: "IX_Observation_MediaRowId_Model_Version_Source",
                table: "Observation",
                columns: new[] { "MediaRowId", "Model", "Version", "Source" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Observation_ObservationType_EventStart",
                table: "Observation",
                columns: new[] { "ObservationType", "EventStart" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "Chunk");

            migrationBuilder.DropTable(
                name: "Detection");

            migrationBuilder.DropTable(
                name: "Effort");

            migrationBuilder.DropTable(
                name: "Hub");

            migrationBuilder.DropTable(
                name: "HubCredential");

            migrationBuilder.DropTable(
                name: "Observation");

            migrationBuilder.DropTable(
                name: "MediaTier");

            migrationBuilder.DropTable(
                name: "DetectionRun");

            migrationBuilder.DropTable(
                name: "Media");

            migrationBuilder.DropTable(
                name: "Capture");
        }
    }
}
