using Lynceus.Edge.Tests;
using Xunit.Runner.InProc.SystemConsole;

// With these arguments the test program plays the hub that is killed; otherwise it runs the tests.
return args switch
{
    ["fill-spool", var folder] => SpoolFiller.Run(folder),
    ["one-day", var folder] => await OneDay.RunAsync(folder),
    ["run-camera", var program] => await CameraRunner.RunAsync(program),
    _ => await ConsoleRunner.Run(args),
};
