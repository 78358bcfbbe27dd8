using Lynceus.FakeCamera;

// Without a fault that says otherwise it plays until its output is gone, as a camera does.
return await Play.RunAsync(args);
