using Lynceus.Edge.Tests;
using Xunit.Runner.InProc.SystemConsole;

// With this one argument the test program plays the hub that is killed; otherwise it runs the tests.
return args is ["fill-spool", var folder] ? SpoolFiller.Run(folder) : await ConsoleRunner.Run(args);
