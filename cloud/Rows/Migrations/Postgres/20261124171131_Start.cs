using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Lynceus.Cloud.Rows.Migrations.Postgres
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    CaptureID = table.Column<string>(type: "character varying(36)", nullable: false),
                    Hub = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    CameraID = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    DeploymentID = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    BootId = table.Column<string>(type: "character varying(36)", nullable: false),
                    Epoch = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Seq = table.Column<long>(type: "bigint", nullable: false),
                    MonotonicMs = table.Column<long>(type: "bigint", nullable: true),
                    ClockQuality = table.Column<string>(type: "text", nullable: false),
                    CaptureMethod = table.Column<string>(type: "text", nullable: true),
                    Trigger = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    EventStart = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    EventStartLocal = table.Column<DateTime>(type: "timestamp without time zone", nullable: false),
                    EventStartOffset = table.Column<int>(type: "integer", nullable: false),
                    EventEnd = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    EventEndLocal = table.Column<DateTime>(type: "timestamp without time zone", nullable: false),
                    EventEndOffset = table.Column<int>(type: "integer", nullable: false),
                    Verdict = table.Column<string>(type: "text", nullable: false),
                    Reason = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Rule = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Score = table.Column<float>(type: "real", nullable: true),
                    AuditProbability = table.Column<float>(type: "real", nullable: true),
                    AuditStratum = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Alarm = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Incomplete = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ClockSteps = table.Column<string>(type: "text", nullable: false),
                    GateModel = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    GateVersion = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    GateProfile = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ReceivedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Capture", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Effort",
                columns: table => new
                {
                    EffortID = table.Column<string>(type: "character varying(36)", nullable: false),
                    Hub = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    CameraID = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    DeploymentID = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Hour = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    HourOffset = table.Column<int>(type: "integer", nullable: false),
                    Source = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Revision = table.Column<long>(type: "bigint", nullable: false),
                    Triggers = table.Column<int>(type: "integer", nullable: false),
                    Suppressed = table.Column<int>(type: "integer", nullable: false),
                    Sent = table.Column<int>(type: "integer", nullable: false),
                    Kept = table.Column<int>(type: "integer", nullable: false),
                    Dropped = table.Column<int>(type: "integer", nullable: false),
                    Audited = table.Column<int>(type: "integer", nullable: false),
                    Drops = table.Column<string>(type: "text", nullable: false),
                    GateModel = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    GateVersion = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    GateProfile = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ReceivedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Effort", x => x.EffortID);
                });

            migrationBuilder.CreateTable(
                name: "Hub",
                columns: table => new
                {
                    Name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Online = table.Column<bool>(type: "boolean", nullable: false),
                    BootId = table.Column<string>(type: "character varying(36)", nullable: true),
                    Epoch = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    StateSeq = table.Column<long>(type: "bigint", nullable: false),
                    SoftwareVersion = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Model = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ModelVersion = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ModelProblem = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    StateAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    Away = table.Column<string>(type: "text", nullable: true),
                    BackInSeconds = table.Column<int>(type: "integer", nullable: true),
                    ClockQuality = table.Column<string>(type: "text", nullable: true),
                    ClockSteps = table.Column<string>(type: "text", nullable: false),
                    Latitude = table.Column<double>(type: "double precision", nullable: true),
                    Longitude = table.Column<double>(type: "double precision", nullable: true),
                    Station = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Health = table.Column<string>(type: "text", nullable: true),
                    HealthAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    FirstSeen = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    LastSeen = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Hub", x => x.Name);
                });

            migrationBuilder.CreateTable(
                name: "HubCertificate",
                columns: table => new
                {
                    Serial = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Hub = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    NotBefore = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    NotAfter = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    RevokedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_HubCertificate", x => x.Serial);
                });

            migrationBuilder.CreateTable(
                name: "HubCredential",
                columns: table => new
                {
                    Hub = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Salt = table.Column<byte[]>(type: "bytea", nullable: false),
                    Hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    Iterations = table.Column<int>(type: "integer", nullable: false),
                    CreatedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_HubCredential", x => x.Hub);
                });

            migrationBuilder.CreateTable(
                name: "HubHealth",
                columns: table => new
                {
                    Hub = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Hour = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    ReceivedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    Health = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_HubHealth", x => new { x.Hub, x.Hour });
                });

            migrationBuilder.CreateTable(
                name: "Request",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    RequestID = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Hub = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    MediaID = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Tier = table.Column<string>(type: "text", nullable: true),
                    CreatedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    ExpiresAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    SaidAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    CancelledAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    Outcome = table.Column<string>(type: "text", nullable: true),
                    AnsweredAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    Detail = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Diagnostics = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Request", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Media",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    MediaID = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    CaptureRowId = table.Column<long>(type: "bigint", nullable: false),
                    Timestamp = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    TimestampLocal = table.Column<DateTime>(type: "timestamp without time zone", nullable: false),
                    TimestampOffset = table.Column<int>(type: "integer", nullable: false),
                    MonotonicMs = table.Column<long>(type: "bigint", nullable: true),
                    FilePath = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    FileMediatype = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Width = table.Column<int>(type: "integer", nullable: true),
                    Height = table.Column<int>(type: "integer", nullable: true),
                    VideoSeconds = table.Column<double>(type: "double precision", nullable: true),
                    Truncated = table.Column<bool>(type: "boolean", nullable: false),
                    Blurred = table.Column<bool>(type: "boolean", nullable: false),
                    Failure = table.Column<string>(type: "text", nullable: true, collation: "C")
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    MediaRowId = table.Column<long>(type: "bigint", nullable: false),
                    Model = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Version = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Source = table.Column<string>(type: "text", nullable: false),
                    Status = table.Column<string>(type: "text", nullable: false),
                    Reason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    At = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    Width = table.Column<int>(type: "integer", nullable: true),
                    Height = table.Column<int>(type: "integer", nullable: true),
                    Milliseconds = table.Column<double>(type: "double precision", nullable: true),
                    VideoSeconds = table.Column<double>(type: "double precision", nullable: true),
                    BestFrame = table.Column<int>(type: "integer", nullable: true),
                    FrameRate = table.Column<double>(type: "double precision", nullable: true),
                    Frames = table.Column<string>(type: "text", nullable: true, collation: "C")
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    MediaRowId = table.Column<long>(type: "bigint", nullable: false),
                    Tier = table.Column<string>(type: "text", nullable: false),
                    Bytes = table.Column<long>(type: "bigint", nullable: false),
                    Sha256 = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    FileMediatype = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Offset = table.Column<long>(type: "bigint", nullable: false),
                    StoredAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: true)
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    MediaRowId = table.Column<long>(type: "bigint", nullable: false),
                    Model = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Version = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Source = table.Column<string>(type: "text", nullable: false),
                    ObservationType = table.Column<string>(type: "text", nullable: false),
                    Count = table.Column<int>(type: "integer", nullable: true),
                    ClassificationProbability = table.Column<float>(type: "real", nullable: true),
                    ClassificationMethod = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ClassifiedBy = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ClassificationTimestamp = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    EventStart = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    EventStartLocal = table.Column<DateTime>(type: "timestamp without time zone", nullable: false),
                    EventStartOffset = table.Column<int>(type: "integer", nullable: false),
                    EventEnd = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    EventEndLocal = table.Column<DateTime>(type: "timestamp without time zone", nullable: false),
                    EventEndOffset = table.Column<int>(type: "integer", nullable: false),
                    Reason = table.Column<string>(type: "text", nullable: true, collation: "C")
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    RunRowId = table.Column<long>(type: "bigint", nullable: false),
                    ObservationType = table.Column<string>(type: "text", nullable: false),
                    Label = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Conf = table.Column<float>(type: "real", nullable: false),
                    X = table.Column<float>(type: "real", nullable: false),
                    Y = table.Column<float>(type: "real", nullable: false),
                    W = table.Column<float>(type: "real", nullable: false),
                    H = table.Column<float>(type: "real", nullable: false),
                    Frame = table.Column<int>(type: "integer", nullable: true),
                    Track = table.Column<int>(type: "integer", nullable: true)
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
                    TierRowId = table.Column<long>(type: "bigint", nullable: false),
                    Offset = table.Column<long>(type: "bigint", nullable: false),
                    Length = table.Column<int>(type: "integer", nullable: false),
                    Bytes = table.Column<byte[]>(type: "bytea", nullable: false)
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
                name: "IX_Capture_Hub_Verdict",
                table: "Capture",
                columns: new[] { "Hub", "Verdict" });

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
                name: "IX_HubCertificate_Hub",
                table: "HubCertificate",
                column: "Hub");

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
                name: "IX_MediaTier_Offset",
                table: "MediaTier",
                column: "Offset",
                filter: "\"StoredAt\" IS NULL AND \"Offset\" > 0");

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

            migrationBuilder.CreateIndex(
                name: "IX_Request_Hub_ExpiresAt",
                table: "Request",
                columns: new[] { "Hub", "ExpiresAt" });

            migrationBuilder.CreateIndex(
                name: "IX_Request_MediaID",
                table: "Request",
                column: "MediaID");

            migrationBuilder.CreateIndex(
                name: "IX_Request_RequestID",
                table: "Request",
                column: "RequestID",
                unique: true);
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
                name: "HubCertificate");

            migrationBuilder.DropTable(
                name: "HubCredential");

            migrationBuilder.DropTable(
                name: "HubHealth");

            migrationBuilder.DropTable(
                name: "Observation");

            migrationBuilder.DropTable(
                name: "Request");

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
