using System.CommandLine;

namespace Lynceus.Edge;

/// <summary><c>edge config</c>: what can be set, what is set, and what is wrong with it.</summary>
internal static class ConfigCommand
{
    public static Command Create(bool inDetail) => new("config", "Says what can be set, what is set, and what is wrong with it.") { Schema(inDetail) };

    private static Command Schema(bool inDetail)
    {
        var command = new Command("schema", Arguments.Describe("Prints the JSON schema of the settings: every name with what it is, its limits and its default.", inDetail, """
            An editor that knows JSON schemas (2020-12) completes and checks a settings file by it.

            Example:  edge config schema >settings.schema.json
            """));
        command.SetAction(_ => Console.Out.Write(SettingsSchema.Text()));
        return command;
    }
}
