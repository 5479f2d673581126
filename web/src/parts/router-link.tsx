import { Anchor, Button, NavLink, type AnchorProps, type ButtonProps, type NavLinkProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import { forwardRef, type Ref } from 'react';

/** Links of the router in the looks of the theme. Their `to` is checked against the routes. */
export const LinkAnchor = createLink(
  forwardRef(function LinkAnchor(props: Omit<AnchorProps, 'href'>, ref: Ref<HTMLAnchorElement>) {
    return <Anchor ref={ref} {...props} />;
  }),
);
export const LinkButton = createLink(
  forwardRef(function LinkButton(props: Omit<ButtonProps, 'href'>, ref: Ref<HTMLAnchorElement>) {
    return <Button component="a" ref={ref} {...props} />;
  }),
);
export const LinkNav = createLink(
  forwardRef(function LinkNav(props: Omit<NavLinkProps, 'href'>, ref: Ref<HTMLAnchorElement>) {
    return <NavLink ref={ref} {...props} />;
  }),
);
