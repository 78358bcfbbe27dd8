using System.CommandLine;
using System.ComponentModel.DataAnnotations;
using Lynceus.Edge;
using Lynceus.Vision;
using Microsoft.Extensions.Options;

var root = new RootCommand("The hub of Lynceus: watches automatic cameras, drops empty frames, and sends the animals to the cloud.")
{
    RunCommand.Create(),
    ReplayCommand.Create(),
    GateCommand.Create(),
};
try
{
    var parsed = root.Parse(args);
    var code = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    return parsed.Errors.Count > 0 ? 2 : code;
}
catch (Exception e) when (e is ModelRefusedException or OptionsValidationException or ValidationException or UsageException or IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync($"edge: {e.Message}");
    return e is IOException ? 1 : 2;
}
