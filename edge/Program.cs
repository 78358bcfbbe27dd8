using System.CommandLine;
using System.CommandLine.Invocation;
using System.ComponentModel.DataAnnotations;
using Lynceus.Edge;
using Lynceus.Vision;
using Microsoft.Extensions.Options;

// What is being written when the hub is told to stop is finished; the default of two seconds would cut it off.
var patience = TimeSpan.FromSeconds(30);
var inDetail = args.Length > 0 && !args[0].StartsWith('-');
var partInDetail = inDetail && args.Length > 1 && !args[1].StartsWith('-');
var root = new RootCommand("The hub of Lynceus: watches automatic cameras, drops empty frames, and sends the animals to the cloud.")
{
    RunCommand.Create(inDetail),
    ReplayCommand.Create(inDetail),
    TriggerCommand.Create(inDetail),
    GateCommand.Create(inDetail),
    EvaluateCommand.Create(inDetail),
    ModelsCommand.Create(inDetail),
    ConfigCommand.Create(inDetail, partInDetail),
    DoctorCommand.Create(inDetail, partInDetail),
    TrialCommand.Create(),
};
try
{
    var parsed = root.Parse(args);
    if (parsed.Action is ParseErrorAction error) error.ShowHelp = false;
    var code = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = patience });
    if (parsed.Errors.Count == 0) return code;
    await Console.Error.WriteLineAsync("edge COMMAND --help says more.");
    return 2;
}
catch (Exception e) when (e is ModelRefusedException or OptionsValidationException or ValidationException or UsageException or IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync($"edge: {e.Message}");
    return e is IOException ? 1 : 2;
}
